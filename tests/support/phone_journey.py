"""What a person does with the app on her phone, and what a camera would see on the computer's screen."""

from __future__ import annotations

import base64
import io

import zxingcpp
from journey import Citizen, fill, press, see, text_of
from live import Demo
from PIL import Image
from playwright.sync_api import Page, expect

#: Stands for the camera: a picture that a test puts before it, as a video stream.
CAMERA = """
const canvas = document.createElement('canvas');
const picture = new Image();
const paint = () => {
  if (picture.complete && picture.naturalWidth) canvas.getContext('2d').drawImage(picture, 0, 0);
  requestAnimationFrame(paint);
};
globalThis.holdBefore = async (source) => {
  picture.src = source;
  await picture.decode();
  canvas.width = picture.naturalWidth;
  canvas.height = picture.naturalHeight;
};
navigator.mediaDevices.getUserMedia = async () => { paint(); return canvas.captureStream(); };
"""


def bind(phone: Page, demo: Demo, citizen: Citizen, name: str = "Điện thoại của tôi") -> None:
    """From the door through password, code and face to the key; ends on the app's front page."""
    phone.goto(f"{demo.issuer}/app")
    press(phone, "app-bind")
    fill(phone, "bind-number", citizen.number)
    fill(phone, "bind-password", citizen.password)
    press(phone, "bind-submit")
    give_code(phone)
    press(phone, "bind-face-matches")
    fill(phone, "bind-name", name)
    press(phone, "bind-finish")
    see(phone, "app-home-device")


def give_code(phone: Page) -> None:
    """The code that the demo's phone shows; one that was used is refused, and she waits for the next."""
    shown = text_of(phone, "phone-code")
    fill(phone, "bind-code", shown.replace(" ", ""))
    press(phone, "bind-code-submit")
    expect(phone.get_by_test_id("bind-face-matches").or_(phone.locator(".field-error"))).to_be_visible()
    if phone.get_by_test_id("bind-face-matches").is_visible():
        return
    expect(phone.get_by_test_id("phone-code")).not_to_have_text(shown, timeout=40_000)
    fill(phone, "bind-code", text_of(phone, "phone-code").replace(" ", ""))
    press(phone, "bind-code-submit")


def open_app(phone: Page, citizen: Citizen) -> None:
    fill(phone, "app-passcode", citizen.passcode)
    press(phone, "app-open-submit")


def photograph(computer: Page) -> bytes:
    """The QR on the computer's screen, as a camera sees it: with what is around it."""
    see(computer, "qr-image")
    return computer.screenshot()


def read_qr(picture: bytes) -> str:
    """What the code says, read by somebody else's library."""
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    assert len(found) == 1, f"{len(found)} codes in the picture"
    return found[0].text


def scan_address(phone: Page, address: str) -> None:
    """The phone's own camera opens the address; the request is shown and nothing is decided."""
    phone.goto(address)
    see(phone, "request-facts")


def hold_before_camera(phone: Page, picture: bytes) -> None:
    source = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
    phone.evaluate("holdBefore", source)


def pick(phone: Page, number: str) -> None:
    phone.get_by_test_id(f"request-number-{number}").check()


def other_number(phone: Page, number: str) -> str:
    """One of the two wrong ones."""
    boxes = phone.locator("[data-testid^='request-number-']")
    numbers = [str(box.get_attribute("value")) for box in boxes.all()]
    assert len(numbers) == 3
    assert number in numbers
    return next(each for each in numbers if each != number)


def expect_state(computer: Page, words: str) -> None:
    """What the waiting page says, without having been loaded again."""
    expect(computer.get_by_test_id("qr-state")).to_contain_text(words)
