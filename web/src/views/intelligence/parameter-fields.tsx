import { Select, TextInput } from '@mantine/core'
import { declaredIn } from './parameter-values.ts'

/** A field for each parameter that an operator declares. */
export function ParameterFields(props: {
  parameters: Record<string, unknown>
  values: Record<string, string>
  onChange: (values: Record<string, string>) => void
}) {
  const { parameters, values, onChange } = props
  return declaredIn(parameters).map(([name, { type, required = false, description, default: standard }]) => {
    const common = {
      label: name,
      required: required && standard === undefined,
      w: '100%',
      maw: 520,
      ...(description === undefined ? {} : { description }),
      ...(standard === undefined ? {} : { placeholder: String(standard) }),
    }
    const set = (value: string) => onChange({ ...values, [name]: value })
    if (type === 'BOOLEAN')
      return (
        <Select
          key={name}
          {...common}
          data={['true', 'false']}
          value={values[name] ?? null}
          onChange={(value) => set(value ?? '')}
          clearable
        />
      )
    return (
      <TextInput
        key={name}
        {...common}
        value={values[name] ?? ''}
        onChange={(event) => set(event.currentTarget.value)}
        inputMode={type === 'INTEGER' || type === 'NUMBER' ? 'decimal' : 'text'}
      />
    )
  })
}
