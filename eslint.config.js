import eslint from '@eslint/js'
import tseslint from 'typescript-eslint'

const not = (selector, message) => ({ selector, message })
const house = [
  not('TSEnumDeclaration', 'Use a const object and the union of its values; registerEnumType takes it.'),
  not('ExportDefaultDeclaration', 'Export by name.'),
]
const pure = not(
  'NewExpression[callee.name="Date"][arguments.length=0], MemberExpression[object.name="Date"][property.name="now"], MemberExpression[object.name="Math"][property.name="random"]',
  'Take time and chance as arguments.',
)
const checked = not(
  'PropertyDefinition:not(:has(> Decorator[expression.callee.name=/^(Is|Min|Max|Length|Matches|Validate|Array)/]))',
  'Check every input property with class-validator.',
)
const noMocks = not(
  'CallExpression[callee.object.name="jest"][callee.property.name=/mock/i]',
  'Pass a fake to the constructor.',
)
const syntax = (...more) => ({ 'no-restricted-syntax': ['error', ...house, ...more] })
const size = (max) => ['error', { max, skipBlankLines: true, skipComments: true }]

export default tseslint.config(
  { ignores: ['dist/', '.data/', '.ci/out/', '**/*.generated.ts'] },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...syntax(),
      'max-lines': size(250),
      'max-lines-per-function': size(40),
      'max-params': ['error', 4],
      complexity: ['error', 8],
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Read it in a *.config.ts file.' },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off', // GraphQL classes are shapes
    },
  },
  { files: ['libs/{identifiers,matching,policy,tlog,events}/**'], rules: syntax(pure) },
  { files: ['**/*.{input,args,dto}.ts'], rules: syntax(checked) },
  { files: ['**/*.spec.ts'], rules: { ...syntax(noMocks), 'max-lines-per-function': 'off', 'max-lines': size(400) } },
  { files: ['**/*.config.ts', 'libs/testing/**', 'e2e/**'], rules: { 'no-restricted-properties': 'off' } },
  { files: ['apps/cli/**'], rules: { 'no-console': 'off', 'no-restricted-properties': 'off' } },
  { files: ['**/*.{js,mjs}'], ...tseslint.configs.disableTypeChecked },
  { files: ['**/*.{js,mjs}'], rules: { 'no-undef': 'off', 'no-console': 'off', 'no-restricted-properties': 'off' } },
  {
    files: ['**/*.{js,mjs}', 'libs/testing/src/*-postgres.ts'],
    rules: { 'no-restricted-syntax': 'off', 'max-lines-per-function': 'off', complexity: 'off' },
  },
)
