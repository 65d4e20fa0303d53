// What is said to who listens instead of looking. What happens at once is one announcement.
const pause = 800 // ms
const pending = new Map()
let timer

// say announces a text soon. Of one topic only what was said last is.
export function say(text, topic = text) {
  pending.delete(topic) // it comes last now
  pending.set(topic, text)
  timer ??= setTimeout(() => {
    document.getElementById('said').textContent = [...pending.values()].join(' ')
    pending.clear()
    timer = undefined
  }, pause)
}
