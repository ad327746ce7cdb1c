/*
 * Electron's allocation limit for a process that has the C library's allocator: preloaded, it ends the process with
 * SIGTRAP, without a word, over a single request of 2 GiB - 2 MiB or more, as Chromium's PartitionAlloc does. The
 * largest request so far stands in the first eight bytes of the file that ALLOCATION_RECORD names.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define LIMIT (((size_t)2 << 30) - ((size_t)2 << 20))

/* glibc's own, under the names that it keeps for replacements like these: dlsym may allocate, and would come back here. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static _Atomic uint64_t unrecorded;
static _Atomic uint64_t *largest = &unrecorded;

/* The record is shared memory, so that it is there however the process ends. */
__attribute__((constructor)) static void open_record(void) {
  const char *path = getenv("ALLOCATION_RECORD");
  if (path == NULL) return;
  int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || ftruncate(file, sizeof unrecorded) != 0) abort();
  void *record = mmap(NULL, sizeof unrecorded, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (record == MAP_FAILED) abort();
  largest = record;
}

static void refuse(void) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  signal(SIGTRAP, SIG_DFL);
  raise(SIGTRAP);
  _exit(133);
}

static void ask(size_t size) {
  uint64_t known = atomic_load_explicit(largest, memory_order_relaxed);
  while (size > known && !atomic_compare_exchange_weak(largest, &known, size));
  if (size >= LIMIT) refuse();
}

static void *aligned(size_t alignment, size_t size) {
  ask(size);
  return __libc_memalign(alignment, size);
}

void *malloc(size_t size) {
  ask(size);
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  size_t bytes;
  ask(__builtin_mul_overflow(count, size, &bytes) ? SIZE_MAX : bytes);
  return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
  ask(size);
  return __libc_realloc(old, size);
}

void *reallocarray(void *old, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
    return NULL;
  }
  return realloc(old, bytes);
}

void *memalign(size_t alignment, size_t size) { return aligned(alignment, size); }

void *aligned_alloc(size_t alignment, size_t size) { return aligned(alignment, size); }

int posix_memalign(void **to, size_t alignment, size_t size) {
  if (alignment == 0 || (alignment & (alignment - 1)) != 0 || alignment % sizeof(void *) != 0) return EINVAL;
  void *memory = aligned(alignment, size);
  if (memory == NULL) return ENOMEM;
  *to = memory;
  return 0;
}
