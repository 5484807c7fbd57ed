//! CreateKeyPair over HTTP at rising rates, on Pharos and on what users would otherwise test against: the
//! EC2 of a `moto` server. Both in one run and in turns, so that whatever else the machine does meets both.

mod contender;
mod document;
mod moto;
mod open_loop;
mod pharos;
mod results;
mod sustained;
mod turn;

use anyhow::Result;

use super::keys;
use super::sample::count;
use crate::server::Binary;
use contender::Contender;
use moto::Moto;
use pharos::Pharos;
pub(super) use results::Create;
use results::Sustained;
use turn::Turn;

/// How long each of [`RATES`] is kept up: 1,200 requests of the lowest, for which a p99.9 is not yet the worst.
pub(super) const TURN_SECONDS: u32 = 60;

/// The requests of a turn are signed before it, and a signature is good for five minutes.
pub(super) const TURN_SECONDS_MAX: u32 = 240;

/// A turn of the search for the highest rate is shorter by this.
const SEARCH_PART: u32 = 3;

/// Requests a second: what one account and region may, and more.
const RATES: [f64; 3] = [20.0, 50.0, 100.0];

/// Keys that tell what the generator makes alone, once before and once after the servers' turns.
const KEYS: usize = 500;

/// Where the search begins, as a part of what the generator makes alone: the aim.
const SEARCH_BEGIN: f64 = results::SUSTAINED_PART_MIN;

pub(super) fn measure(binary: &Binary, seconds: u32) -> Result<Create> {
    let mut pharos = Pharos::new(binary)?;
    let mut moto = Moto::find();
    let (mut turns, mut tried) = (Vec::new(), Vec::new());
    let threads = count(pharos.generator_threads()?);
    let before = threads * keys::per_second(KEYS)?;
    for rate in RATES {
        turns.push(Turn::take(&mut pharos, rate, seconds)?);
        if let Ok(moto) = &mut moto {
            turns.push(Turn::take(moto, rate, seconds)?);
        }
    }
    let search_seconds = seconds.div_ceil(SEARCH_PART);
    let first = SEARCH_BEGIN * before;
    let of_pharos = search(&mut pharos, first, search_seconds, &mut tried)?;
    let mut on_all_cores = Pharos::on_all_cores(binary)?;
    let first = first / threads * count(on_all_cores.generator_threads()?);
    let of_pharos_on_all_cores = search(&mut on_all_cores, first, search_seconds, &mut tried)?;
    let of_moto = match &mut moto {
        Ok(moto) => Some(search(
            moto,
            first.min(RATES[0]),
            search_seconds,
            &mut tried,
        )?),
        Err(reason) => {
            eprintln!("create: moto is left out: {reason}");
            None
        }
    };
    let after = threads * keys::per_second(KEYS)?;
    let sustained = Sustained {
        pharos: of_pharos,
        pharos_on_all_cores: of_pharos_on_all_cores,
        moto: of_moto,
        generator: f64::midpoint(before, after),
    };
    Ok(Create::new(turns, tried, &sustained, moto.err()))
}

/// The highest rate that is kept up; what was tried is added.
fn search(
    contender: &mut dyn Contender,
    first: f64,
    seconds: u32,
    tried: &mut Vec<Turn>,
) -> Result<f64> {
    sustained::highest(first, |rate| {
        let turn = Turn::take(contender, rate, seconds)?;
        let is_kept_up = turn.is_kept_up();
        tried.push(turn);
        Ok(is_kept_up)
    })
}
