import { Button } from '@mantine/core'
import { useState } from 'react'

interface Recognition {
  lang: string
  onresult: (event: { results: { transcript: string }[][] }) => void
  onend: () => void
  start(): void
}

/** Not every browser listens. */
const Recognition = (window as { webkitSpeechRecognition?: new () => Recognition }).webkitSpeechRecognition

/** Hears one sentence by the microphone and says it on the call. */
export function Dictate({ say }: { say: (text: string) => Promise<unknown> }) {
  const [listening, setListening] = useState(false)
  if (!Recognition) return null
  const listen = () => {
    const recognition = new Recognition()
    recognition.lang = navigator.language
    recognition.onresult = ({ results }) => void say(results[0]?.[0]?.transcript ?? '')
    recognition.onend = () => setListening(false)
    setListening(true)
    recognition.start()
  }
  return (
    <Button size="xs" variant="default" loading={listening} onClick={listen}>
      Speak
    </Button>
  )
}

/** Aloud, where the browser can; sounds and keys in brackets are not words. */
export function speak(text: string): void {
  if ('speechSynthesis' in window && !text.startsWith('['))
    window.speechSynthesis.speak(new SpeechSynthesisUtterance(text))
}
