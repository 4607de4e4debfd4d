// A photo with the camera, where the browser has one and lets us.

import { h } from "./dom.js";

export function cameraButton({ signal, onPicture, onProblem }) {
  if (!navigator.mediaDevices?.getUserMedia) return null;
  return h("button", { type: "button", onclick: () => open({ signal, onPicture, onProblem }) }, "Take a photo");
}

async function open({ signal, onPicture, onProblem }) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch (error) {
    onProblem({ title: "No camera", detail: error.name === "NotAllowedError" ? "The browser was told not to give it to this page." : "There is none, or it is in use." });
    return;
  }
  const video = h("video", { autoplay: true, muted: true, playsinline: true, srcObject: stream });
  const dialog = h(
    "dialog",
    { class: "camera", "aria-label": "Camera", onclose: () => close() },
    video,
    h("form", { method: "dialog", class: "actions" }, h("button", {}, "Cancel"), h("button", { class: "primary", onclick: () => take(video, onPicture) }, "Take it")),
  );
  const close = () => {
    stream.getTracks().forEach((track) => track.stop());
    dialog.remove();
  };
  signal.addEventListener("abort", () => dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}

function take(video, onPicture) {
  const canvas = h("canvas", { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext("2d").drawImage(video, 0, 0);
  canvas.toBlob((blob) => onPicture(new File([blob], `photo-${Date.now()}.jpg`, { type: "image/jpeg" })), "image/jpeg", 0.92);
}
