/* Keeps checklist and attachments of the notice editor fresh: Wagtail announces each automatic save by an event. */
(() => {
  const base = document.currentScript.dataset.base;

  const reload = async (pk) => {
    for (const part of document.querySelectorAll("[data-notice-part]")) {
      const opened = [...part.querySelectorAll("details")].map((details) => details.open);
      const response = await fetch(`${base}${pk}/${part.dataset.noticePart}/`, {
        headers: { "X-Requested-With": "XMLHttpRequest" },
      });
      if (!response.ok) continue;
      part.innerHTML = await response.text();
      part.querySelectorAll("details").forEach((details, index) => {
        details.open = Boolean(opened[index]);
      });
    }
  };

  document.addEventListener("w-autosave:success", (event) => {
    /* After a refusal Wagtail saves once and then watches no longer; a new interval makes it watch again. */
    const form = document.querySelector("[data-edit-form]");
    if (form) form.dataset.wUnsavedCheckIntervalValue = "500";
    const { pk } = event.detail.response;
    if (pk && document.querySelector("[data-notice-part]")) reload(pk);
  });

  /* Wagtail unfolds the form after the browser went to the part named in the address. */
  window.addEventListener("load", () => {
    const part = location.hash && document.querySelector(`[data-notice-part]${location.hash}`);
    if (part) setTimeout(() => part.scrollIntoView({ block: "center", behavior: "instant" }));
  });

  /* A finding leads to its field: open the folded panel around it, then go there. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".notice-items a");
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    const toggle = target.closest("[data-panel]")?.querySelector("[data-panel-toggle][aria-expanded='false']");
    if (toggle) toggle.click();
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  });
})();
