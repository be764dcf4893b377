/* The parts of the report of one delivery, in the order in which each needs the others. */
const PARTS = [marks, cards, list, search, popover, filters, reviewing, keys];
