/* Puts the mark of every imported value beside its field, confirms it, and leads to its passage in the source. */
(() => {
  const start = () => {
    const part = document.querySelector("[data-notice-part='marks']");
    if (!part) return;

    const homeOf = ({ markRows, markKey }) => {
      if (!markRows) return document.getElementById(`id_${markKey}`)?.closest(".w-field__wrapper");
      const key = document.querySelector(`input[name^="${markRows}-"][name$="-id"][value="${CSS.escape(markKey)}"]`);
      return key?.closest("[data-inline-panel-child]")?.querySelector(".w-panel__content");
    };

    const place = () => {
      document.querySelectorAll("[data-edit-form] .notice-mark").forEach((mark) => mark.remove());
      for (const template of part.querySelectorAll("template")) {
        homeOf(template.dataset)?.append(template.content.cloneNode(true));
      }
    };

    const confirm = async (button) => {
      const body = new FormData();
      const { markConfirm } = button.dataset;
      body.append(markConfirm === "all" ? "all" : "mark", markConfirm);
      body.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
      button.disabled = true;
      const response = await fetch(part.dataset.marksUrl, {
        method: "POST",
        body,
        headers: { "X-Requested-With": "XMLHttpRequest" },
      });
      button.disabled = false;
      if (!response.ok || response.redirected) {
        location.assign(part.dataset.marksUrl);
        return;
      }
      part.innerHTML = await response.text();
      document.dispatchEvent(new CustomEvent("notice:changed", { detail: { pk: part.dataset.page } }));
    };

    const showSource = (key) => {
      const toggle = document.querySelector("[data-side-panel-toggle='source']");
      if (toggle?.getAttribute("aria-expanded") === "false") toggle.click();
      const passage = document.getElementById(`source-${key}`);
      if (!passage) return;
      document.querySelectorAll(".notice-source .is-sought").forEach((old) => old.classList.remove("is-sought"));
      const sought = passage.nextElementSibling || passage;
      sought.classList.add("is-sought");
      /* Not scrollIntoView: on a phone the panel is still sliding in, and the page would be pushed aside. */
      setTimeout(() => {
        const panel = sought.closest("[data-side-panel]");
        panel.scrollTop += sought.getBoundingClientRect().top - panel.getBoundingClientRect().top - panel.clientHeight / 3;
      });
    };

    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-mark-confirm], [data-mark-source]");
      if (!button) return;
      if (button.dataset.markConfirm) confirm(button);
      else showSource(button.dataset.markSource);
    });
    new MutationObserver(place).observe(part, { childList: true });
    place();
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
