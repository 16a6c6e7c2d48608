import { Button, type ButtonProps, Group, Modal, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { type ReactNode, useState } from 'react'
import { Trouble } from './trouble.tsx'

interface ActProps extends ButtonProps {
  run: () => Promise<unknown>
  /** What will happen, asked before it does. */
  confirm?: ReactNode
  children: ReactNode
}

/** A button that does something on the server: busy while it does, and telling what went wrong. */
export function Act({ run, confirm, children, ...button }: ActProps) {
  const [opened, { open, close }] = useDisclosure()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const act = async () => {
    setBusy(true)
    setError(undefined)
    try {
      await run()
      close()
    } catch (refusal) {
      setError(refusal)
      open()
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button
        variant="default"
        {...button}
        loading={busy && !opened}
        onClick={() => (confirm === undefined ? void act() : open())}
      >
        {children}
      </Button>
      <Modal opened={opened} onClose={close} title={children} closeButtonProps={{ 'aria-label': 'Close' }}>
        <Stack>
          {confirm !== undefined && (
            <Text size="sm" component="div">
              {confirm}
            </Text>
          )}
          {error !== undefined && <Trouble error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button color={button.color ?? 'teal'} loading={busy} onClick={() => void act()}>
              {confirm === undefined ? 'Try again' : children}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
