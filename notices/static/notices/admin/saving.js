/* One save at a time: a button pressed while the editor saves by itself waits for that save, and none begins after it.
   Else the later of two answers lies under the earlier: a second draft, or a conflict of a person with themselves. */
(() => {
  const BUTTONS = '[data-edit-form] button:is([type="submit"], [data-workflow-action-name])';
  const LONGEST_WAIT = 15_000;
  const LONGEST_WAY = 30_000;
  let saving = false;
  let leaving = false;
  let pressed = null;
  let limit;

  const go = () => {
    clearTimeout(limit);
    saving = false;
    const button = pressed;
    pressed = null;
    button?.removeAttribute("aria-busy");
    button?.click();
  };

  document.addEventListener("w-autosave:save", (event) => {
    if (leaving || pressed) event.preventDefault();
    else saving = true;
  });
  /* After Wagtail's own listeners, which say whether the network is down. */
  for (const end of ["success", "error"]) document.addEventListener(`w-autosave:${end}`, () => setTimeout(go));

  /* Before Wagtail's own listeners at the button, which disable it or open a dialogue. */
  window.addEventListener(
    "click",
    (event) => {
      const button = event.target.closest?.(BUTTONS);
      if (!button || !saving) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (pressed) return;
      pressed = button;
      button.setAttribute("aria-busy", "true");
      limit = setTimeout(go, LONGEST_WAIT);
    },
    { capture: true },
  );

  window.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.target.matches("[data-edit-form]")) return;
    leaving = true;
    setTimeout(() => (leaving = false), LONGEST_WAY);
  });
  window.addEventListener("pageshow", () => (leaving = false));
})();
