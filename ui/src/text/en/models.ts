export const models = {
};
