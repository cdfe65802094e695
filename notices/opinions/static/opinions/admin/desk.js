// Copy a text, print the page, tick all rows of a list: what the desk does without asking the server.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-desk]");
  if (!button) return;
  if (button.dataset.desk === "print") {
    window.print();
  } else if (button.dataset.desk === "copy") {
    const source = document.getElementById(button.dataset.source);
    source.select();
    // The clipboard is only there over https; the selection is left to be copied by hand.
    if (navigator.clipboard) await navigator.clipboard.writeText(source.value);
    button.querySelector("[data-done]").hidden = false;
  }
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-desk-all]")) return;
  for (const box of event.target.form.querySelectorAll("input[name=opinions][type=checkbox]")) {
    box.checked = event.target.checked;
  }
});
