/*
 * profile_topic.c - what `timeslice explain profile` says: the one key that is
 * no field, since it is gone when a document is read.
 */
#include "models/machine/topic.h"

const ts_topic ts_topic_profiles = {
    "profile profiles",
    "profile: the name of a profile, in any object of a scenario\n"
    "\n"
    "The object in the file scenarios/profiles/NAME.json is merged under the\n"
    "one that names it; a NAME that ends in .json is a file of your own "
    "beside\n"
    "the scenario. What the scenario says itself stays, objects in both\n"
    "are merged in turn, and null takes a key of the profile away. A profile\n"
    "may name another one. Each value that came from a profile is reported\n"
    "with its place there.\n"
    "\n"
    "  { \"computer\": { \"profile\": \"ryzen5-3600\", \"processors\": 2 } }\n"
    "\n"
    "`timeslice list profiles` names them.\n"};
