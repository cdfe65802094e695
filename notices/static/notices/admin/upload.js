/* Sends a large file in parts, shows how far it got, and goes on after a broken line; without it the form sends the file at once. */
(() => {
  const box = document.getElementById("upload-progress");
  const input = document.querySelector("input[type=file][name=upload]");
  const form = input?.form;
  if (!box || !form) return;
  const PART = 4 * 1024 * 1024;
  const WAITS = [1000, 3000, 10000, 30000];
  const words = box.querySelector("p");
  const bar = box.querySelector("progress");
  const reasons = box.querySelector("ul");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

  class Refused extends Error {
    constructor(list) { super("refused"); this.list = list; }
  }

  const ask = async (url, body) => {
    const response = await fetch(url, body === undefined ? {} : { method: "POST", body, headers: { "X-CSRFToken": token } });
    const answer = await response.json().catch(() => ({}));
    if (response.status >= 500) throw new TypeError("server");
    if (!response.ok && response.status !== 409) throw new Refused(answer.reasons?.length ? answer.reasons : [box.dataset.stopped]);
    return answer;
  };

  const show = (text, share) => {
    words.textContent = text;
    bar.value = share;
  };

  const begin = async (file, key) => {
    const known = sessionStorage.getItem(key);
    if (known) {
      const upload = await ask(known).catch(() => null);
      if (upload?.state === "receiving") return upload;
    }
    const data = new FormData(form);
    data.delete("upload");
    data.set("file_name", file.name);
    data.set("size", file.size);
    const upload = await ask(box.dataset.begin, data);
    sessionStorage.setItem(key, upload.status);
    return upload;
  };

  const send = async (file, upload) => {
    let { received } = upload;
    let failures = 0;
    while (received < file.size) {
      const share = Math.floor((received / file.size) * 100);
      show(`${box.dataset.sending} ${share}%`, share);
      try {
        const part = file.slice(received, received + PART);
        received = (await ask(`${upload.parts}?offset=${received}`, part)).received;
        failures = 0;
      } catch (error) {
        if (error instanceof Refused || failures >= WAITS.length) throw error;
        show(box.dataset.broken, share);
        await pause(WAITS[failures]);
        failures += 1;
        received = (await ask(upload.status).catch(() => ({ received }))).received;
      }
    }
  };

  const settle = async (upload) => {
    let answer = await ask(upload.finish, new FormData());
    show(box.dataset.checking, 100);
    bar.removeAttribute("value");
    while (answer.state === "checking") {
      await pause(1500);
      answer = await ask(upload.status).catch(() => answer);
    }
    if (answer.state !== "added") throw new Refused(answer.reasons);
  };

  form.addEventListener("submit", async (event) => {
    const file = input.files[0];
    if (!file || !window.fetch || !file.size) return;
    event.preventDefault();
    const key = `upload ${location.pathname} ${file.name} ${file.size} ${file.lastModified}`;
    const button = form.querySelector("[type=submit]");
    box.hidden = false;
    reasons.replaceChildren();
    box.scrollIntoView({ block: "center" });
    try {
      const upload = await begin(file, key);
      await send(file, upload);
      await settle(upload);
      sessionStorage.removeItem(key);
      location.assign(box.dataset.done);
    } catch (error) {
      if (error instanceof Refused) sessionStorage.removeItem(key);
      show("", 0);
      const list = error instanceof Refused ? error.list : [box.dataset.stopped];
      reasons.append(...list.map((reason) => Object.assign(document.createElement("li"), { textContent: reason })));
      button.dataset.wProgressLoadingValue = "false";
    }
  });
})();
