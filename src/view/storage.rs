//! What the page keeps in the browser between visits: a few values by name, in IndexedDB.

use idb::{Database, DatabaseEvent, Error, Factory, ObjectStoreParams, TransactionMode};
use wasm_bindgen::JsValue;

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
    request.await
}

/// The value of a name; `None` where there is none.
///
/// # Errors
/// The browser's reason, such as that this window keeps nothing.
pub async fn read(name: &str) -> Result<Option<JsValue>, Error> {
    let database = open().await?;
    let transaction = database.transaction(&[STORE], TransactionMode::ReadOnly)?;
    let value = transaction
        .object_store(STORE)?
        .get(JsValue::from_str(name))?
        .await?;
    database.close();
    Ok(value)
}

/// Keeps a value by a name, in the place of an earlier one. Either all of it is there afterwards, or
/// the earlier one.
///
/// # Errors
/// The browser's reason, such as that its quota is exceeded.
pub async fn write(name: &str, value: &JsValue) -> Result<(), Error> {
    let database = open().await?;
    let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
    let store = transaction.object_store(STORE)?;
    store.put(value, Some(&JsValue::from_str(name)))?.await?;
    transaction.commit()?.await?;
    database.close();
    Ok(())
}

/// Forgets the values of these names.
///
/// # Errors
/// The browser's reason.
pub async fn remove(names: &[&str]) -> Result<(), Error> {
    let database = open().await?;
    let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
    let store = transaction.object_store(STORE)?;
    for name in names {
        store.delete(JsValue::from_str(name))?.await?;
    }
    transaction.commit()?.await?;
    database.close();
    Ok(())
}
