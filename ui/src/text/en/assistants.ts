export const assistants = {
};
