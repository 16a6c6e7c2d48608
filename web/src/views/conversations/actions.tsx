import { TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { deletedHere } from '../../api/deleted.ts'
import type { Conversation } from '../../api/types.ts'
import { Act } from '../../parts/act.tsx'

/** Rename, close and delete, each asked before it is done. */
export function Actions({ conversation }: { conversation: Conversation }) {
  const { id, status } = conversation
  const client = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState(conversation.name ?? '')
  const params = { params: { path: { id } } }
  // Once the page shows it no longer, whoever asks for it is told that it is gone.
  useEffect(() => () => void deletedHere.delete(id), [id])
  const change = async (body: { name?: string | null; status?: 'CLOSED' }) => {
    await ask(api.PATCH('/v2/Conversations/{id}', { ...params, body }))
    await client.invalidateQueries({ queryKey: ['conversation'] })
  }
  const remove = async () => {
    deletedHere.add(id)
    try {
      await ask(api.DELETE('/v2/Conversations/{id}', params))
    } catch (refusal) {
      deletedHere.delete(id)
      throw refusal
    }
    // Nobody finds it from now on, though it is not yet gone: away from it before anything is asked for anew.
    await navigate('/conversations')
    await client.invalidateQueries({ queryKey: ['conversations'] })
  }
  return (
    <>
      {status !== 'CLOSED' && (
        <>
          <Act
            run={() => change({ name: name === '' ? null : name })}
            confirm={
              <TextInput
                label="Name"
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
                data-autofocus
              />
            }
          >
            Rename
          </Act>
          <Act
            run={() => change({ status: 'CLOSED' })}
            confirm="CLOSED is final. What comes next from the same people begins a new conversation."
          >
            Close
          </Act>
        </>
      )}
      <Act color="red" run={remove} confirm="The conversation and everything that was said in it are deleted for good.">
        Delete
      </Act>
    </>
  )
}
