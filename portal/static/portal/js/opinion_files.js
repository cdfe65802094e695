/* Files of an opinion: several chosen at once, photos shrunk, sent one after the other with progress and retries.
   Without this file, and wherever it cannot work, the form sends one file a step. Written for old telephones (ES5). */
(function () {
  "use strict";
  var script = document.currentScript;
  var box = document.getElementById("files");
  var input = document.getElementById("id_files");
  if (!script || !box || !input || !window.FormData || !window.XMLHttpRequest || !input.form) {
    return;
  }
  var form = input.form;
  var words = script.dataset;
  var LONGEST = 2400; // pixels of the longest side
  var SMALL = 1200 * 1024; // bytes below which a photo of that size is sent as it is
  var QUALITY = 0.85;
  var WAITS = [2000, 5000, 15000];
  var STALLED = 60000; // milliseconds without progress

  var list = box.querySelector("[data-file-list]");
  var holder = box.querySelector("[data-file-input]");
  var plain = box.querySelector("[data-file-plain]");
  var refusals = box.querySelector("[data-file-refused]");
  var progress = box.querySelector("[data-file-progress]");
  var retry = box.querySelector("[data-file-retry]");
  var queue = [];
  var failed = [];
  var busy = false;
  var patience = null; // the line that asks to wait

  function show(text, share) {
    progress.hidden = !text;
    progress.querySelector("span").textContent = text || "";
    progress.querySelector("progress").value = share || 0;
  }

  function refuse(messages) {
    messages.forEach(function (message) {
      var line = document.createElement("li");
      line.textContent = message;
      refusals.appendChild(line);
    });
    refusals.hidden = !refusals.children.length;
    if (refusals.hidden) {
      box.classList.remove("field--error");
    } else {
      box.classList.add("field--error");
    }
  }

  function forget() {
    refusals.textContent = "";
    refuse([]);
  }

  /* Old browsers draw a photo as the sensor lay, not as it was held: there the original is sent. */
  function drawsUpright() {
    return "imageOrientation" in document.documentElement.style;
  }

  /* Calls done(blob, name): the shrunk photo, or the file itself when it is small, no photo, or cannot be read here. */
  function shrink(file, done) {
    var canvas = document.createElement("canvas");
    if (!/^image\/(jpeg|png|webp|heic|heif)$/.test(file.type) || !canvas.toBlob || !window.URL || !drawsUpright()) {
      done(file, file.name);
      return;
    }
    var address = window.URL.createObjectURL(file);
    var picture = new Image();

    function keep() {
      window.URL.revokeObjectURL(address);
      done(file, file.name);
    }

    picture.onerror = keep;
    picture.onload = function () {
      var longest = Math.max(picture.naturalWidth, picture.naturalHeight);
      var share = Math.min(1, LONGEST / longest);
      if (!longest || (share === 1 && file.size <= SMALL)) {
        keep();
        return;
      }
      try {
        canvas.width = Math.round(picture.naturalWidth * share);
        canvas.height = Math.round(picture.naturalHeight * share);
        var pen = canvas.getContext("2d");
        pen.fillStyle = "#fff"; // JPEG knows no transparency
        pen.fillRect(0, 0, canvas.width, canvas.height);
        pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(function (blob) {
          if (!blob || blob.size >= file.size) {
            keep();
            return;
          }
          window.URL.revokeObjectURL(address);
          done(blob, file.name.replace(/\.[^.]*$/, "") + ".jpg");
        }, "image/jpeg", QUALITY);
      } catch (tooLarge) {
        keep();
      }
    };
    picture.src = address;
  }

  /* Calls done(answer) with what the server said, or done(null) when the line broke or too many wait (429). */
  function post(blob, name, done) {
    var request = new XMLHttpRequest();
    var data = new FormData();
    var timer = null;

    function watch() {
      window.clearTimeout(timer);
      timer = window.setTimeout(function () {
        request.abort();
      }, STALLED);
    }

    function over() {
      window.clearTimeout(timer);
      var answer = null;
      if (request.status && request.status < 500 && request.status !== 429) {
        try {
          answer = JSON.parse(request.responseText);
        } catch (noAnswer) {
          answer = null; // a page of some gateway in between
        }
      }
      done(answer);
    }

    data.append("token", form.elements.token.value);
    data.append("files", blob, name);
    request.open("POST", words.url);
    request.onloadend = over;
    if (request.upload) {
      request.upload.onprogress = function (event) {
        watch();
        if (event.lengthComputable) {
          show(words.sending + name, Math.floor((event.loaded / event.total) * 100));
        }
      };
    }
    watch();
    request.send(data);
  }

  function settle(answer) {
    refuse(answer.refused || []);
    if (answer.token) {
      form.elements.token.value = answer.token;
      list.innerHTML = answer.list;
      words.room = answer.room;
      holder.hidden = answer.room <= 0;
    }
  }

  function send(item, attempt) {
    show(words.sending + item.name, 0);
    post(item.blob, item.name, function (answer) {
      if (answer) {
        settle(answer);
        next();
      } else if (attempt < WAITS.length) {
        show(words.waiting + item.name, 0);
        window.setTimeout(function () {
          send(item, attempt + 1);
        }, WAITS[attempt]);
      } else {
        failed.push(item);
        next();
      }
    });
  }

  function next() {
    var item = queue.shift();
    if (item) {
      if (item.blob) {
        send(item, 0);
      } else {
        show(words.sending + item.file.name, 0);
        shrink(item.file, function (blob, name) {
          send({ blob: blob, name: name }, 0);
        });
      }
      return;
    }
    busy = false;
    if (patience) {
      refusals.removeChild(patience);
      patience = null;
      refuse([]);
    }
    show("");
    retry.hidden = !failed.length;
    if (failed.length) {
      refuse([words.failed]);
    }
  }

  function start() {
    if (!busy) {
      busy = true;
      retry.hidden = true;
      next();
    }
  }

  input.multiple = true;
  plain.hidden = true;
  words.room = Number(words.room) - list.querySelectorAll("li").length;

  input.addEventListener("change", function () {
    var chosen = Array.prototype.slice.call(input.files);
    var room = Math.max(0, Number(words.room) - queue.length - (busy ? 1 : 0));
    if (!busy) {
      forget();
    }
    if (chosen.length > room) {
      refuse([words.full]);
    }
    chosen.slice(0, room).forEach(function (file) {
      queue.push({ file: file });
    });
    input.value = ""; // sent from here: the form must not send them once more
    start();
  });

  retry.querySelector("button").addEventListener("click", function () {
    forget();
    queue = queue.concat(failed);
    failed = [];
    start();
  });

  form.addEventListener("submit", function (event) {
    if (busy) {
      event.preventDefault();
      if (!patience) {
        refuse([words.busy]);
        patience = refusals.lastChild;
      }
    }
  });
})();
