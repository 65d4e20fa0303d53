// To the clipboard. A page over plain HTTP may not write there by itself (secure contexts): then
// the text stands in a field, selected.
import { say } from './say.js'

// copy tells whether it has been done. byHand is where the field is, button where the focus was.
export async function copy(text, what, byHand, button) {
  const field = byHand.querySelector('input')
  byHand.hidden = true
  try {
    await navigator.clipboard.writeText(text) // there is no clipboard, or it is not allowed
  } catch {
    if (!copySelected(byHand, field, text, what, button)) return false
  }
  say(`Copied the ${what}.`)
  return true
}

let fields = 0

// copySelected does it the old way, for which a field is needed that is seen. Where that is not
// to be either, the field stays.
function copySelected(byHand, field, text, what, button) {
  const label = byHand.querySelector('label')
  field.id ||= `by-hand-${++fields}`
  label.htmlFor = field.id
  label.textContent = `Copy the ${what} from here`
  field.value = text
  byHand.hidden = false
  field.focus()
  field.select()
  if (!document.execCommand('copy')) return false
  byHand.hidden = true
  button.focus()
  return true
}
