// The page's icon: a meter's face with a flash, drawn here.

export const iconSource = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0b6b4f"/><path d="M18 4 8 18h7l-2 10 11-15h-7z" fill="#fff"/></svg>
`;
