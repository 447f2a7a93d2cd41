import type { Texts } from '../en';

export const assistants: Texts['assistants'] = {
};
