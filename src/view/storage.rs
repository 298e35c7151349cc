//! What the page keeps in the browser between visits: a few values by name, in IndexedDB.

use idb::{
    Database, DatabaseEvent, Error, Factory, ObjectStore, ObjectStoreParams, Request, Transaction,
    TransactionMode,
};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::worker::life::{promise, settle};

/// The database, with the version of what is in it. Values of another version are not read.
const DATABASE: &str = "hidden-activity";
const VERSION: u32 = 1;
/// Its one store.
const STORE: &str = "kept";

async fn open() -> Result<Database, Error> {
    let mut request = Factory::new()?.open(DATABASE, Some(VERSION))?;
    request.on_upgrade_needed(|event| {
        let Ok(database) = event.database() else {
            return;
        };
        for old in database.store_names() {
            // What cannot be deleted is not read either.
            let _ = database.delete_object_store(&old);
        }
        // Where this fails, so does every later use, which is told.
        let _ = database.create_object_store(STORE, ObjectStoreParams::new());
    });
    // Awaiting the request itself would leave its three callbacks behind, each time, in idb 0.6.
    let (ended, end) = promise();
    let failed = end.clone();
    request.on_success(move |_| settle(&end));
    request.on_error(move |_| settle(&failed));
    // A promise that is never rejected.
    let _ = JsFuture::from(ended).await;
    match request.error()? {
        Some(error) => Err(Error::DomException(error)),
        None => request.database(),
    }
}

/// Does something with the store, and closes the database whatever comes of it.
async fn with_store<T>(
    mode: TransactionMode,
    act: impl AsyncFnOnce(&ObjectStore) -> Result<T, Error>,
) -> Result<T, Error> {
    let database = open().await?;
    let done = async {
        let transaction = database.transaction(&[STORE], mode)?;
        let done = act(&transaction.object_store(STORE)?).await?;
        if mode == TransactionMode::ReadWrite {
            commit(transaction).await?;
        }
        Ok(done)
    }
    .await;
    database.close();
    done
}

/// Ends a transaction. A full disk is told only here: each `put` succeeds, and then all are undone.
async fn commit(transaction: Transaction) -> Result<(), Error> {
    let handle = JsValue::from(transaction);
    let transaction = Transaction::try_from(handle.clone())?;
    if transaction.commit()?.await?.is_committed() {
        return Ok(());
    }
    let why = Transaction::try_from(handle)?.error();
    Err(why.map_or(Error::DomExceptionNotFound, Error::DomException))
}

/// The names that have a value.
///
/// # Errors
/// The browser's reason, such as that this window keeps nothing.
pub async fn names() -> Result<Vec<String>, Error> {
    let keys = with_store(TransactionMode::ReadOnly, async |store| {
        store.get_all_keys(None, None)?.await
    })
    .await?;
    Ok(keys.iter().filter_map(JsValue::as_string).collect())
}

/// The value of a name; `None` where there is none.
///
/// # Errors
/// The browser's reason.
pub async fn read(name: &str) -> Result<Option<JsValue>, Error> {
    with_store(TransactionMode::ReadOnly, async |store| {
        store.get(JsValue::from_str(name))?.await
    })
    .await
}

/// Keeps a value by a name, in the place of an earlier one. Either all of it is there afterwards, or
/// the earlier one.
///
/// # Errors
/// The browser's reason, such as that its quota is exceeded.
pub async fn write(name: &str, value: &JsValue) -> Result<(), Error> {
    with_store(TransactionMode::ReadWrite, async |store| {
        store.put(value, Some(&JsValue::from_str(name)))?.await?;
        Ok(())
    })
    .await
}

/// Forgets the values of these names.
///
/// # Errors
/// The browser's reason.
pub async fn remove(names: &[&str]) -> Result<(), Error> {
    with_store(TransactionMode::ReadWrite, async |store| {
        for name in names {
            store.delete(JsValue::from_str(name))?.await?;
        }
        Ok(())
    })
    .await
}
