// The token, where the server wants one.
import { keepToken, request, token } from './http.js'
import { say } from './say.js'

const form = document.getElementById('access')
const details = document.getElementById('access-details')
const field = document.getElementById('token')
const said = document.getElementById('token-said')

// A request that needs a token, whatever that is good for, and changes nothing.
const probe = () => request('GET', '/images?limit=1')

// askForToken shows the field, and what was wrong with the token, if there was one. The focus
// stays where it is.
export function askForToken(why) {
  form.hidden = false
  details.open = true
  field.ariaInvalid = token() !== ''
  tell(token() ? why : 'A token is needed.')
}

// openAccess finds out whether a token is needed, and calls accepted with each that is good.
export async function openAccess(accepted) {
  field.value = token()
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    use(field.value.trim(), accepted)
  })
  form.hidden = token() === ''
  try {
    await probe()
  } catch (error) {
    if (error.status === 401) askForToken(error.message)
  }
}

async function use(secret, accepted) {
  keepToken(secret)
  field.ariaInvalid = false
  tell('')
  try {
    await probe()
  } catch (error) {
    askForToken(error.message)
    return
  }
  tell(secret ? 'The token is accepted.' : 'No token is needed.')
  accepted()
}

function tell(text) {
  said.textContent = text
  said.classList.toggle('wrong', field.ariaInvalid === 'true')
  if (text) say(text)
}
