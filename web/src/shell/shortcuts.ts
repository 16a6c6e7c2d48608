import { useHotkeys } from '@mantine/hooks'
import { useEffect, useRef } from 'react'
import { useNavigate } from 'react-router'

/** After `g`, one more letter goes to a view. */
export const goTo: Record<string, { path: string; label: string }> = {
  h: { path: '/', label: 'Home' },
  p: { path: '/phones', label: 'Phones' },
  c: { path: '/conversations', label: 'Conversations' },
  o: { path: '/configurations', label: 'Conversation configurations' },
  s: { path: '/stuck', label: 'Stuck conversations' },
  m: { path: '/profiles', label: 'Profiles' },
  i: { path: '/results', label: 'Operator results' },
  d: { path: '/debugger', label: 'Debugger' },
  w: { path: '/webhooks', label: 'Webhooks' },
  k: { path: '/keys', label: 'Keys and numbers' },
}

export const others = [
  { keys: ['/'], what: 'To the first field of the view, which narrows it down' },
  { keys: ['?'], what: 'This list' },
  { keys: ['Tab'], what: 'First of all: skip to the content' },
  { keys: ['Esc'], what: 'Close a dialog, a menu or a list' },
]

const patienceMs = 1500

/** Keys that work in every view, but never while somebody writes. */
export function useShortcuts(): void {
  const navigate = useNavigate()
  const armedAt = useRef(0)
  useHotkeys([
    ['shift+?', () => navigate('/keyboard')],
    ['/', () => document.querySelector<HTMLElement>('#main input:not([type=hidden])')?.focus()],
  ])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return
      const place = Date.now() - armedAt.current < patienceMs ? goTo[event.key] : undefined
      armedAt.current = event.key === 'g' ? Date.now() : 0
      if (place) navigate(place.path)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [navigate])
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
}
