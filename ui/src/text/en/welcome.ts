export const welcome = {
};
