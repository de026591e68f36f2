export { isProblemCode, Problem, problemBody, statusOf, type FieldFault, type ProblemCode } from '#libs/problem'
