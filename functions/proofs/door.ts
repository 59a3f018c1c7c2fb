/** The door of this context: what others may ask of it. Whoever asks needs to read `AUDIT` and `SEALED`. */
export { type ExportPiece, exportPiece } from './export-lines.ts'
export { NOT_SEALED_YET } from './problems.ts'
