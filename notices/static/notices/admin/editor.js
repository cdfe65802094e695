/* Keeps checklist and attachments of the notice editor fresh: Wagtail announces each automatic save by an event. */
(() => {
  const base = document.currentScript.dataset.base;
  let newest = 0;

  /* The input of a finding, or the rows or the part of the editor that it belongs to. Rows are counted as they will be saved. */
  const placeOf = ({ field, row, part }) => {
    if (field === "attachments") return document.getElementById("notice-attachments");
    const rows = document.getElementById(`id_${field}-FORMS`);
    if (!rows) return document.getElementById(`id_${field}`);
    if (row === "") return rows;
    const value = (child, name) => child.querySelector(`:scope [name$="-${name}"]`)?.value;
    const kept = [...rows.children].filter((child) => !["1", "on"].includes(value(child, "DELETE")));
    kept.sort((one, other) => value(one, "ORDER") - value(other, "ORDER"));
    const child = kept[Number(row)];
    return child?.querySelector(`[name$="-${part}"]`) ?? child ?? rows;
  };

  const describedBy = (input, change) => {
    const ids = new Set((input.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
    change(ids);
    if (ids.size) input.setAttribute("aria-describedby", [...ids].join(" "));
    else input.removeAttribute("aria-describedby");
  };

  const removeNotes = () => {
    for (const note of document.querySelectorAll("[data-edit-form] .notice-note")) {
      for (const input of document.querySelectorAll(`[aria-describedby~="${note.id}"]`)) {
        describedBy(input, (ids) => ids.delete(note.id));
      }
      note.remove();
    }
  };

  const addNote = (template, index) => {
    const place = placeOf(template.dataset);
    if (!place) return;
    const note = template.content.firstElementChild.cloneNode(true);
    const field = place.closest("[data-field]");
    /* After a refused submission Wagtail shows the same sentence as an error. */
    const said = field?.querySelector("[data-field-errors]")?.textContent ?? "";
    if (said.includes(note.querySelector("[data-notice-message]").textContent)) return;
    note.id = `notice-note-${index}`;
    if (place.matches("input, select, textarea") && field) {
      field.prepend(note);
      describedBy(place, (ids) => ids.add(note.id));
    } else if (place.matches("[data-inline-panel-child]")) {
      place.prepend(note);
    } else {
      place.before(note);
    }
  };

  /* What the answer says besides its list goes where it belongs: sentence, window, number on the toggle, notes at the fields. */
  const spread = () => {
    const rest = document.querySelector("[data-notice-part=findings] [data-notice-count]");
    removeNotes();
    if (!rest) return;
    for (const template of rest.querySelectorAll("template[data-notice-for]")) {
      const target = document.querySelector(`[data-notice-target=${template.dataset.noticeFor}]`);
      target?.replaceChildren(template.content.cloneNode(true));
    }
    rest.querySelectorAll("template[data-notice-note]").forEach(addNote);
    const counter = document.querySelector(
      "[data-side-panel-toggle=findings] [data-side-panel-toggle-counter]",
    );
    if (!counter) return;
    counter.textContent = rest.dataset.noticeCount;
    counter.hidden = rest.dataset.noticeCount === "0";
  };

  const reload = async (pk) => {
    newest += 1;
    const mine = newest;
    for (const part of document.querySelectorAll("[data-notice-part]")) {
      const response = await fetch(`${base}${pk}/${part.dataset.noticePart}/`, {
        headers: { "X-Requested-With": "XMLHttpRequest" },
      });
      if (mine !== newest) return;
      if (!response.ok) continue;
      const opened = [...part.querySelectorAll("details")].map((details) => details.open);
      part.innerHTML = await response.text();
      part.querySelectorAll("details").forEach((details, index) => {
        details.open = Boolean(opened[index]);
      });
    }
    spread();
  };

  document.addEventListener("DOMContentLoaded", spread);

  document.addEventListener("w-autosave:success", (event) => {
    /* After a refusal Wagtail saves once and then watches no longer; a new interval makes it watch again. */
    const form = document.querySelector("[data-edit-form]");
    if (form) form.dataset.wUnsavedCheckIntervalValue = "500";
    const { pk } = event.detail.response;
    if (pk && document.querySelector("[data-notice-part]")) reload(pk);
  });

  /* A mark was confirmed: what the rules find has changed without a save. */
  document.addEventListener("notice:changed", (event) => reload(event.detail.pk));

  /* Wagtail unfolds the form after the browser went to the part named in the address. */
  window.addEventListener("load", () => {
    const part = location.hash && document.querySelector(`[data-notice-part]${location.hash}`);
    if (part) setTimeout(() => part.scrollIntoView({ block: "center", behavior: "instant" }));
  });

  const panelToggle = (name) => document.querySelector(`[data-side-panel-toggle=${name}]`);

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-notice-open]");
    const toggle = opener && panelToggle(opener.dataset.noticeOpen);
    if (toggle?.getAttribute("aria-expanded") === "false") toggle.click();
  });

  /* A finding leads to its field: open the folded panel around it, then go there. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".notice-items a");
    const target = link && (placeOf(link.dataset) ?? document.getElementById(link.hash.slice(1)));
    if (!target) return;
    event.preventDefault();
    /* On a narrow screen the side panel lies over the form. */
    const side = panelToggle("findings");
    if (side?.getAttribute("aria-expanded") === "true" && matchMedia("(max-width: 50em)").matches) side.click();
    const toggle = target.closest("[data-panel]")?.querySelector("[data-panel-toggle][aria-expanded='false']");
    if (toggle) toggle.click();
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  });
})();
