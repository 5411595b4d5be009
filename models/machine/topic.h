/*
 * topic.h - pages that `timeslice explain` knows besides the language.
 *
 * A topic is a file with one ts_topic and one line in topics.c.
 */
#ifndef TS_MODELS_TOPIC_H
#define TS_MODELS_TOPIC_H

typedef struct ts_topic {
    const char *words; /* it is found by, with blanks between: "1202 1201" */
    const char *text;  /* the page, lines of at most 80 characters */
} ts_topic;

/* The topic of that word; NULL: none. */
const ts_topic *ts_topic_find(const char *word);

#endif
