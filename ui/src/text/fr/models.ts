import type { Texts } from '../en';

export const models: Texts['models'] = {
};
