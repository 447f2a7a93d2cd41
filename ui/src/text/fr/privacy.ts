import type { Texts } from '../en';

export const privacy: Texts['privacy'] = {
};
