import { ActionIcon, Group, TextInput } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { Trouble } from '../../parts/trouble.tsx'

/** A line to write on. */
export function Compose({ label, send }: { label: string; send: (text: string) => Promise<unknown> }) {
  const [text, setText] = useState('')
  const [error, setError] = useState<unknown>()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() === '') return
    setError(undefined)
    try {
      await send(text)
      setText('')
    } catch (refusal) {
      setError(refusal)
    }
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Group gap={6} wrap="nowrap">
        <TextInput
          aria-label={label}
          placeholder={label}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          flex={1}
        />
        <ActionIcon type="submit" size={36} aria-label={`Send: ${label}`}>
          <IconSend size={18} aria-hidden />
        </ActionIcon>
      </Group>
      {error !== undefined && <Trouble error={error} />}
    </form>
  )
}
