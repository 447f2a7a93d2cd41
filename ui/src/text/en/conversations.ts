export const conversations = {
};
