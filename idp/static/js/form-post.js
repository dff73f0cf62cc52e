// The answer goes on by itself (Form Post Response Mode 1.0); without a script, the person presses the button.
const form = document.querySelector("form[data-form-post]");
form?.requestSubmit(form.querySelector("button[type='submit']"));
