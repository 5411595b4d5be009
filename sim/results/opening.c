/*
 * opening.c - a file becomes a store: whether it is a database, one of ours,
 * of this version, and as we made it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "sim/results/schema.h"
#include "sim/results/store_inside.h"
#include "sim/results/wording.h"
#include "timeslice/timeslice.h"

#define PATIENCE_MS 30000

typedef struct identity {
    int64_t application, version, objects;
} identity;

/* In one statement, which sees one state: another process may be making the
 * schema, and half of what it was and half of what it is fits nothing. */
static bool identify(ts_store *store, identity *who, ts_error *error)
{
    static const char sql[] =
        "SELECT (SELECT count(*) FROM sqlite_schema), "
        "(SELECT application_id FROM pragma_application_id), "
        "(SELECT user_version FROM pragma_user_version)";
    sqlite3_stmt *statement;
    bool fine = false;

    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        who->objects = sqlite3_column_int64(statement, 0);
        who->application = sqlite3_column_int64(statement, 1);
        who->version = sqlite3_column_int64(statement, 2);
        fine = true;
    } else {
        ts_store_fail(store, "reading", error);
    }
    sqlite3_finalize(statement);
    return fine;
}

/* Is this a database of ours, and one that we understand? */
static bool check_identity(const ts_store *store, const identity *who,
                           ts_error *error)
{
    if (who->application != TS_STORE_APPLICATION)
        return ts_fail(error,
                       "%s: is a SQLite database, but not one of "
                       "timeslice; name another file",
                       store->path);
    if (who->version > TS_STORE_VERSION)
        return ts_fail(error,
                       "%s: has schema version %" PRId64
                       ", and this timeslice %s knows versions up to %d; use "
                       "the newer timeslice that wrote it",
                       store->path, who->version, ts_version(),
                       TS_STORE_VERSION);
    if (who->version < TS_STORE_VERSION)
        return ts_fail(error,
                       "%s: has schema version %" PRId64
                       " of an older timeslice; make the runs again in "
                       "a new file",
                       store->path, who->version);
    return true;
}

/* What stands in a message comes from a stranger's file. */
static const char *readable(const char *name, char *buffer, size_t size)
{
    snprintf(buffer, size, "%s", name != NULL ? name : "");
    for (char *c = buffer; *c != '\0'; c++)
        if (*c < ' ' || *c > '~' || *c == '\'')
            *c = '?';
    return buffer;
}

static bool is_ours(const char *sql)
{
    for (int i = 0; ts_schema_sql[i] != NULL; i++)
        if (strcmp(ts_schema_sql[i], sql) == 0)
            return true;
    return false;
}

static int schema_count(void)
{
    int count = 0;

    while (ts_schema_sql[count] != NULL)
        count++;
    return count;
}

/* Somebody else's database may hold triggers that act on every row, and views
 * and tables that are called like ours. Each of ours must be as we made it;
 * what else people keep there (views of their own, for one) is never asked. */
static bool check_schema(ts_store *store, ts_error *error)
{
    sqlite3_stmt *statement;
    char name[64];
    int code, ours = 0;
    bool fine = true;

    if (sqlite3_prepare_v2(store->db,
                           "SELECT type, name, sql FROM sqlite_schema "
                           "WHERE sql IS NOT NULL",
                           -1, &statement, NULL) != SQLITE_OK)
        return ts_store_fail(store, "reading", error);
    while (fine && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *type = (const char *)sqlite3_column_text(statement, 0);
        const char *sql = (const char *)sqlite3_column_text(statement, 2);

        readable((const char *)sqlite3_column_text(statement, 1), name,
                 sizeof name);
        ours += sql != NULL && is_ours(sql);
        if (type != NULL && strcmp(type, "trigger") == 0)
            fine = ts_fail(error,
                           "%s: holds a trigger, '%s', which timeslice did not "
                           "make and which would act on what is read and "
                           "written; if you trust the rest, drop it with "
                           "sqlite3, or make the runs again in a new file",
                           store->path, name);
    }
    if (fine && code != SQLITE_DONE)
        fine = ts_store_fail(store, "reading", error);
    sqlite3_finalize(statement);
    return fine &&
           (ours == schema_count() ||
            ts_fail(error,
                    "%s: %d of its %d tables, indexes and views are not as "
                    "timeslice made them, so nothing in it can be trusted; "
                    "make the runs again in a new file",
                    store->path, schema_count() - ours, schema_count()));
}

/* Another process may be doing the same: look again once we hold the lock. */
static bool make_schema(ts_store *store, ts_error *error)
{
    char header[96];
    identity who;
    bool fine;

    if (!ts_store_execute(store, "BEGIN IMMEDIATE", error))
        return false;
    fine = identify(store, &who, error);
    if (fine && who.objects > 0) {
        fine = check_identity(store, &who, error) && check_schema(store, error);
    } else if (fine) {
        for (int i = 0; fine && ts_schema_sql[i] != NULL; i++)
            fine = ts_store_execute(store, ts_schema_sql[i], error);
        snprintf(header, sizeof header,
                 "PRAGMA application_id = %d; PRAGMA user_version = %d",
                 TS_STORE_APPLICATION, TS_STORE_VERSION);
        fine = fine && ts_store_execute(store, header, error);
    }
    fine = fine && ts_store_execute(store, "COMMIT", error);
    if (!fine)
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return fine;
}

bool ts_store_check_path(const char *path, ts_store_mode mode, ts_error *error)
{
    struct stat status;

    if (path[0] == '\0' || strcmp(path, ":memory:") == 0)
        return ts_fail(error,
                       "\"%s\" names no file, and all would be lost; name "
                       "one, as in --db results.db (--no-db keeps nothing)",
                       path);
    if (strncmp(path, "file:", 5) == 0)
        return ts_fail(error,
                       "%s: a database is named by its path, not by a URI; "
                       "write ./%s if the file is called so",
                       path, path);
    if (stat(path, &status) != 0) {
        if (errno == ENOENT && mode == TS_STORE_READ)
            return ts_fail(error,
                           "%s: there is no such file; `timeslice run "
                           "SCENARIO --db %s` makes one",
                           path, path);
        return true; /* SQLite will make it, or say why it cannot */
    }
    if (S_ISDIR(status.st_mode))
        return ts_fail(error, "%s: is a directory; name a file in it", path);
    if (status.st_size == 0 && mode == TS_STORE_READ)
        return ts_fail(error,
                       "%s: is empty; `timeslice run SCENARIO --db %s` "
                       "writes results to it",
                       path, path);
    return true;
}

/* Each run is a savepoint, and pages as they were before it go to a journal of
 * their own until it is released. They are few, those at the ends of the
 * tables: in memory they save a run more writes than its rows cost. */
static bool prepare_to_write(ts_store *store, ts_error *error)
{
    return ts_store_execute(store, "PRAGMA temp_store = MEMORY", error);
}

bool ts_store_open_file(ts_store *store, const char *path, ts_store_mode mode,
                        ts_error *error)
{
    /* Reading opens for writing too, where that is allowed: a process that
     * was killed leaves a journal that must be rolled back first. A store
     * belongs to one thread at a time and needs no locks of its own. */
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE |
                SQLITE_OPEN_NOMUTEX |
                (mode == TS_STORE_CREATE ? SQLITE_OPEN_CREATE : 0);
    identity who;
    int code = sqlite3_open_v2(path, &store->db, flags, NULL);

    if (code != SQLITE_OK)
        return ts_store_fail_with(store->path, "opening", code,
                                  store->db != NULL ? sqlite3_errmsg(store->db)
                                                    : "out of memory",
                                  error);
    sqlite3_busy_timeout(store->db, PATIENCE_MS);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (!ts_wording_register(store->db))
        return ts_store_fail_with(store->path, "opening", SQLITE_NOMEM,
                                  "out of memory", error);
    /* Not trusted_schema = OFF: SQLite 3.40 then takes the JSON functions of
     * the views for dangerous. */
    if (!ts_store_execute(store,
                          "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL",
                          error) ||
        !identify(store, &who, error))
        return false;
    if (who.application == 0 && who.version == 0 && who.objects == 0) {
        if (mode == TS_STORE_READ)
            return ts_fail(error, "%s: holds no results yet", store->path);
        return prepare_to_write(store, error) && make_schema(store, error);
    }
    if (!check_identity(store, &who, error) || !check_schema(store, error))
        return false;
    if (mode == TS_STORE_READ)
        return ts_store_execute(store, "PRAGMA query_only = ON", error);
    if (sqlite3_db_readonly(store->db, "main") == 1)
        return ts_store_fail_with(store->path, "opening", SQLITE_READONLY,
                                  "the file is read-only", error);
    return prepare_to_write(store, error);
}
