// A form sent with its progress told, which fetch cannot do.

import { authorization, Problem, toProblem } from "./api.js";

export function upload(address, form, { onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => onProgress({ sent: event.loaded, size: event.total }));
    request.addEventListener("load", () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText));
      else reject(toProblem(request.status, request.responseText));
    });
    request.addEventListener("error", () => reject(new Problem({ title: "The upload broke off", detail: "The service closed the connection, or does not answer." })));
    signal?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}
