/* Takes what is selected in the original over into the list of passages to strike; without it they are typed. */
(() => {
  const button = document.querySelector("[data-strike]");
  const original = document.querySelector("[data-original]");
  const list = document.querySelector("[data-passages]");
  if (!button || !original || !list) return;
  button.hidden = false;
  // The click would end the selection.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    const selection = window.getSelection();
    if (!selection.rangeCount || !original.contains(selection.getRangeAt(0).commonAncestorContainer)) return;
    const chosen = selection.toString().split("\n").map((line) => line.trim());
    const lines = [...list.value.split("\n"), ...chosen].filter(Boolean);
    list.value = [...new Set(lines)].join("\n");
    selection.removeAllRanges();
  });
})();
