export const privacy = {
};
