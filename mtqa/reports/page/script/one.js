/* The parts of the report of one delivery, in the order in which each needs the others. */
const PARTS = [marks, cards, list, query, search, popover, views, filters, reviewing, keys];
