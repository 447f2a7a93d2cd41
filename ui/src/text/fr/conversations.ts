import type { Texts } from '../en';

export const conversations: Texts['conversations'] = {
};
