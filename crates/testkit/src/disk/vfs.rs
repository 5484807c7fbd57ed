//! Between SQLite and its files: a VFS around the system's own.
//!
//! The only unsafe code of the project, and no part of what is shipped. What is to happen to a call is
//! decided in safe code ([`Watched`]); here are the calls themselves.

#![expect(
    unsafe_code,
    reason = "SQLite takes a VFS as tables of C functions over memory that it allocates"
)]

use std::cell::Cell;
use std::ffi::{CStr, OsStr, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;
use std::slice;
use std::sync::{Arc, Once};

use rusqlite::ffi;
use rusqlite::ffi::{sqlite3_file, sqlite3_io_methods, sqlite3_vfs};

use super::power_loss::{Change, Content};
use super::{Call, Effect, Watched, watched};

/// Makes every connection that is opened from now on go through here.
pub(super) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // SAFETY: SQLite's default VFS lives as long as the process, and so does ours, which is leaked.
        // The methods that are copied are called with our table in place of the real one; SQLite's VFS
        // for UNIX looks at nothing in it but the length of a path, which is copied too.
        let code = unsafe {
            let real = ffi::sqlite3_vfs_find(ptr::null());
            let ours = Box::leak(Box::new(*real));
            ours.zName = c"pharos-testkit".as_ptr();
            ours.pNext = ptr::null_mut();
            ours.pAppData = real.cast();
            ours.szOsFile += c_int::try_from(size_of::<File>()).unwrap();
            ours.xOpen = Some(open);
            ours.xDelete = Some(delete);
            ours.xSleep = Some(sleep);
            ffi::sqlite3_vfs_register(ours, 1)
        };
        assert_eq!(code, ffi::SQLITE_OK, "SQLite takes the VFS");
    });
}

/// A file under a watched folder. Behind it, in the same memory, stands the real one. A file that is not
/// watched is a real one from the start.
#[repr(C)]
struct File {
    /// What SQLite looks at.
    base: sqlite3_file,
    /// Made by `Box::into_raw` in [`open`], taken back in [`close`].
    watch: *mut Watch,
}

/// Which file of which disk.
struct Watch {
    disk: Arc<Watched>,
    name: String,
}

/// Version 2 has no memory-mapped pages: what is read comes through [`read`].
static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// # Safety
///
/// The file is one of ours and open.
unsafe fn real(file: *mut sqlite3_file) -> *mut sqlite3_file {
    // SAFETY: the memory is as long as both together: `install` asks for it.
    unsafe { file.byte_add(size_of::<File>()) }
}

/// # Safety
///
/// The file is one of ours, and stays open for as long as this is held.
unsafe fn watch<'a>(file: *mut sqlite3_file) -> &'a Watch {
    // SAFETY: what `open` made, which `close` takes back.
    unsafe { &*(*file.cast::<File>()).watch }
}

/// # Safety
///
/// The VFS is ours.
unsafe fn real_vfs(vfs: *mut sqlite3_vfs) -> *mut sqlite3_vfs {
    // SAFETY: `install` put it there.
    unsafe { (*vfs).pAppData.cast() }
}

/// Calls a method of the real file.
macro_rules! real {
    ($file:ident.$method:ident($($argument:expr),*)) => {{
        // SAFETY: SQLite calls our methods with files of ours that are open, and with arguments that
        // meet the contract of the real method, which is the same.
        unsafe {
            let real = real($file);
            (*(*real).pMethods).$method.unwrap()(real, $($argument),*)
        }
    }};
}

/// Methods that nothing happens to.
macro_rules! pass {
    ($($name:ident = $method:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {$(
        unsafe extern "C" fn $name(file: *mut sqlite3_file, $($argument: $type),*) -> $result {
            real!(file.$method($($argument),*))
        }
    )*};
}

pass! {
    file_size = xFileSize(size: *mut i64) -> c_int;
    unlock = xUnlock(level: c_int) -> c_int;
    check_reserved_lock = xCheckReservedLock(is_reserved: *mut c_int) -> c_int;
    file_control = xFileControl(operation: c_int, argument: *mut c_void) -> c_int;
    sector_size = xSectorSize() -> c_int;
    device_characteristics = xDeviceCharacteristics() -> c_int;
    shm_map = xShmMap(region: c_int, size: c_int, extend: c_int, at: *mut *mut c_void) -> c_int;
    shm_barrier = xShmBarrier() -> ();
    shm_unmap = xShmUnmap(delete: c_int) -> c_int;
}

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    path: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite calls with our VFS.
    let real_vfs = unsafe { real_vfs(vfs) };
    let open_real = |file| {
        // SAFETY: the arguments meet the contract of the real method, which is the same; `file` points
        // to memory for a real file.
        unsafe { (*real_vfs).xOpen.unwrap()(real_vfs, path, file, flags, flags_out) }
    };
    // SAFETY: a path is null, for a temporary file, or as `path_of` needs it.
    let found = (!path.is_null()).then(|| unsafe { path_of(path) });
    let Some((path, (disk, name))) = found.and_then(|path| Some((path, watched(path)?))) else {
        return open_real(file);
    };
    // SAFETY: `file` points to memory for one of ours, with a real one behind it. SQLite closes what has
    // methods, even after an error, so that they come last.
    let real = unsafe {
        (*file).pMethods = ptr::null();
        real(file)
    };
    let code = disk.call(&name, Call::Open, |effect| {
        let existing = std::fs::read(path).ok();
        let code = effect.failure().unwrap_or_else(|| open_real(real));
        let change = existing.map_or(Change::Created, Change::Found);
        (code, (code == ffi::SQLITE_OK).then_some(change))
    });
    if code == ffi::SQLITE_OK {
        let watch = Box::into_raw(Box::new(Watch { disk, name }));
        let base = sqlite3_file {
            pMethods: &raw const METHODS,
        };
        // SAFETY: as above.
        unsafe { file.cast::<File>().write(File { base, watch }) };
    }
    code
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    let code = real!(file.xClose());
    // SAFETY: `open` made it, and SQLite closes a file once.
    drop(unsafe { Box::from_raw((*file.cast::<File>()).watch) });
    code
}

unsafe extern "C" fn read(
    file: *mut sqlite3_file,
    to: *mut c_void,
    length: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: SQLite calls with a file of ours that is open.
    let Watch { disk, name } = unsafe { watch(file) };
    disk.call(name, Call::Read, |effect| {
        let code = effect
            .failure()
            .unwrap_or_else(|| real!(file.xRead(to, length, offset)));
        if effect == Effect::Garbled {
            // SAFETY: `to` has room for so many bytes, and the real method has filled them.
            let bytes = unsafe { slice::from_raw_parts_mut(to.cast::<u8>(), count(length)) };
            for byte in bytes {
                *byte = !*byte;
            }
        }
        (code, None)
    })
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    from: *const c_void,
    length: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: SQLite calls with a file of ours that is open.
    let Watch { disk, name } = unsafe { watch(file) };
    disk.call(name, Call::Write, |effect| {
        let length = match effect {
            Effect::Fails(code) => return (code, None),
            Effect::FailsHalfDone(_) => length / 2,
            Effect::FailsDone(_) | Effect::Garbled | Effect::None => length,
        };
        let code = real!(file.xWrite(from, length, offset));
        // SAFETY: `from` holds so many bytes, and some more where we write less.
        let bytes = unsafe { slice::from_raw_parts(from.cast::<u8>(), count(length)) }.to_vec();
        let offset = usize::try_from(offset).unwrap();
        let change =
            (code == ffi::SQLITE_OK).then_some(Change::Content(Content::Written { offset, bytes }));
        (effect.failure().unwrap_or(code), change)
    })
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, length: i64) -> c_int {
    // SAFETY: SQLite calls with a file of ours that is open.
    let Watch { disk, name } = unsafe { watch(file) };
    disk.call(name, Call::Truncate, |effect| {
        let code = effect
            .failure()
            .unwrap_or_else(|| real!(file.xTruncate(length)));
        let length = usize::try_from(length).unwrap();
        let change = Change::Content(Content::Cut { length });
        (code, (code == ffi::SQLITE_OK).then_some(change))
    })
}

/// The real file is not synced: what is durable is what the record says, and tests have many syncs.
unsafe extern "C" fn sync(file: *mut sqlite3_file, _flags: c_int) -> c_int {
    // SAFETY: SQLite calls with a file of ours that is open.
    let Watch { disk, name } = unsafe { watch(file) };
    disk.call(name, Call::Sync, |effect| match effect.failure() {
        Some(code) => (code, Some(Change::SyncFailed)),
        None => (ffi::SQLITE_OK, Some(Change::Synced)),
    })
}

unsafe extern "C" fn lock(file: *mut sqlite3_file, level: c_int) -> c_int {
    // SAFETY: SQLite calls with a file of ours that is open.
    let watch = unsafe { watch(file) };
    take_lock(watch, || real!(file.xLock(level)))
}

/// Takes a lock in the shared memory of the WAL, or releases it.
unsafe extern "C" fn shm_lock(
    file: *mut sqlite3_file,
    first: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    if flags & ffi::SQLITE_SHM_UNLOCK != 0 {
        return real!(file.xShmLock(first, count, flags));
    }
    // SAFETY: SQLite calls with a file of ours that is open.
    let watch = unsafe { watch(file) };
    take_lock(watch, || real!(file.xShmLock(first, count, flags)))
}

thread_local! {
    /// Whether the last lock that this thread asked for was refused by a fault.
    static IS_REFUSED: Cell<bool> = const { Cell::new(false) };
}

fn take_lock(Watch { disk, name }: &Watch, take: impl FnOnce() -> c_int) -> c_int {
    disk.call(name, Call::Lock, |effect| {
        IS_REFUSED.set(effect.failure().is_some());
        (effect.failure().unwrap_or_else(take), None)
    })
}

/// Who waits for a lock that a fault refuses waits in vain, and is spared the time. SQLite counts how
/// often it has slept, not for how long.
unsafe extern "C" fn sleep(vfs: *mut sqlite3_vfs, microseconds: c_int) -> c_int {
    if IS_REFUSED.get() {
        return microseconds;
    }
    // SAFETY: SQLite calls with our VFS; the contract of the real method is the same.
    unsafe {
        let real = real_vfs(vfs);
        (*real).xSleep.unwrap()(real, microseconds)
    }
}

unsafe extern "C" fn delete(
    vfs: *mut sqlite3_vfs,
    path: *const c_char,
    sync_folder: c_int,
) -> c_int {
    let delete = || {
        // SAFETY: SQLite calls with our VFS; the contract of the real method is the same.
        unsafe {
            let real = real_vfs(vfs);
            (*real).xDelete.unwrap()(real, path, sync_folder)
        }
    };
    // SAFETY: the path is as `path_of` needs it.
    let Some((disk, name)) = watched(unsafe { path_of(path) }) else {
        return delete();
    };
    disk.call(&name, Call::Delete, |effect| {
        let code = effect.failure().unwrap_or_else(delete);
        let is_durable = sync_folder != 0;
        let change = (code == ffi::SQLITE_OK).then_some(Change::Deleted { is_durable });
        (code, change)
    })
}

/// # Safety
///
/// The path ends with a zero byte, and stays as it is for as long as this is held.
unsafe fn path_of<'a>(path: *const c_char) -> &'a Path {
    // SAFETY: as the caller promises.
    let bytes = unsafe { CStr::from_ptr(path) }.to_bytes();
    Path::new(OsStr::from_bytes(bytes))
}

fn count(length: c_int) -> usize {
    usize::try_from(length).unwrap()
}
