export const settings = {
};
