//! Text to words, and words to stems.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

/// The maximum length of a word, in characters: the rest of a longer one is no word of any language.
const MAX_WORD_CHARS: usize = 40;

/// Words that say nothing of what is searched for.
const STOP_WORDS: &str = "\
    a about actually again all also already am an and any anybody anyone anything are as asap at back be because been being but by \
    came can could did do does doing done dont else every everything for from had has have having he hello hey \
    hi him his her hers how i id if im in into is it its ive just keep kindly let lets like maybe me mine more much my myself \
    need nice no not now of oh ok okay on once one only or our ours out over own please quick quickly really right \
    she should since so some somebody someone something soon still such than thank thanks that thats the their them \
    then there these they thing things this those through to too under until up us use using very via want wants was \
    we well were what whats when where whether which while who whole whom whose why will with within would yes yet \
    you your yours today tomorrow yesterday tonight \
    mr mrs ms dr sir madam monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat \
    january february march april june july august september october november december \
    morning afternoon evening noon oclock am pm last next week weekend later earlier ago \
    guy guys folk folks dude gonna wanna gotta hey yo pls plz thx ty please actually basically literally um uh hmm btw \
    theyre were youre hes shes im weve ive theyve id ill well youll theyll isnt arent wasnt didnt doesnt hasnt havent wont cant \
    couldnt shouldnt wouldnt aint lol whats hows wheres whos ours theirs even ever never yet already somewhere anywhere \
    der die das den dem ein eine einen einer eines und oder fur mit von zum zur bitte mir ich meine meinen alle neu neue neuen neuer \
    el la los las un una unos unas de del para por con mi mis todos todas nuevo nueva \
    le les des du une pour avec mon ma mes tous toutes nouveau nouvelle";

/// Forms that the stemmer does not know.
const IRREGULAR: &[(&str, &str)] = &[
    ("sent", "send"),
    ("paid", "pay"),
    ("bought", "buy"),
    ("sold", "sell"),
    ("people", "person"),
    ("persons", "person"),
    ("made", "make"),
    ("making", "make"),
    ("wrote", "write"),
    ("written", "write"),
    ("won", "win"),
    ("took", "take"),
    ("taken", "take"),
    ("gave", "give"),
    ("given", "give"),
    ("chose", "choose"),
    ("ran", "run"),
    ("got", "get"),
    ("getting", "get"),
    ("said", "say"),
    ("told", "tell"),
    ("children", "child"),
    ("men", "man"),
    ("women", "woman"),
    ("mediafile", "media"),
    ("medias", "media"),
    ("analysis", "analytics"),
    ("cancelled", "cancel"),
    ("canceled", "cancel"),
    ("cancellation", "cancel"),
    ("labelled", "label"),
    ("bookings", "booking"),
    ("spent", "spend"),
    ("left", "leave"),
    ("hid", "hide"),
    ("rang", "ring"),
    ("held", "hold"),
    ("bringing", "bring"),
    ("brought", "bring"),
    ("went", "go"),
    ("gone", "go"),
    ("payed", "pay"),
    // Forms with a meaning of their own.
    ("planned", "schedule"),
    ("planning", "schedule"),
    ("thrown", "throw"),
    ("threw", "throw"),
    ("knew", "know"),
    ("known", "know"),
    ("spoke", "speak"),
    ("hung", "hang"),
    ("bigger", "big"),
    ("kids", "child"),
    ("mails", "email"),
    ("mail", "email"),
    // Common misspellings.
    ("adress", "address"),
    ("adres", "address"),
    ("acces", "access"),
    ("acess", "access"),
    ("acount", "account"),
    ("calender", "calendar"),
    ("calandar", "calendar"),
    ("apointment", "appointment"),
    ("appointement", "appointment"),
    ("appoinment", "appointment"),
    ("apt", "appointment"),
    ("appt", "appointment"),
    ("invocie", "invoice"),
    ("costumer", "customer"),
    ("custmer", "customer"),
    ("messege", "message"),
    ("mesage", "message"),
    ("msg", "message"),
    ("emial", "email"),
    ("recieve", "receive"),
    ("recieved", "receive"),
    ("shedule", "schedule"),
    ("schedual", "schedule"),
    ("campain", "campaign"),
    ("subscribtion", "subscription"),
    ("oportunity", "opportunity"),
    ("oppurtunity", "opportunity"),
    ("reciept", "receipt"),
    ("nr", "number"),
    ("nrs", "number"),
    ("num", "number"),
    ("acct", "account"),
    ("biz", "business"),
    ("cust", "customer"),
];

/// The words of text, in lower case and without accents. A word in camel case stays whole.
pub(super) fn words(text: &str) -> Vec<String> {
    split(text, false)
}

/// The words of a name: as of text, and split in camel case.
pub(super) fn name_words(name: &str) -> Vec<String> {
    split(name, true)
}

fn split(text: &str, camel_case: bool) -> Vec<String> {
    let (mut words, mut word) = (Vec::new(), String::new());
    let mut after_lower = false;
    for char in text.chars() {
        if char == '\'' || char == '’' {
            // `contact's` becomes `contact` and `s`, which is too short to count; `don't` becomes `dont`.
            word.push('\'');
            continue;
        }
        let ends = !char.is_alphanumeric() || (camel_case && after_lower && char.is_uppercase());
        if ends && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        after_lower = char.is_lowercase() || char.is_numeric();
        if char.is_alphanumeric() && word.len() < MAX_WORD_CHARS {
            fold(char, &mut word);
        }
    }
    words.push(word);
    words.retain_mut(|word| {
        if let Some(owner) = word.strip_suffix("'s") {
            *word = owner.to_owned();
        }
        if word.contains('\'') {
            word.retain(|char| char != '\'');
        }
        (word.chars().any(char::is_alphabetic) && word.len() > 1) || word == "x"
    });
    words
}

/// Adds a character in lower case, without its accent.
fn fold(char: char, word: &mut String) {
    if char.is_ascii() {
        word.push(char.to_ascii_lowercase());
        return;
    }
    for char in char.to_lowercase() {
        match char {
            'à'..='å' => word.push('a'),
            'ç' => word.push('c'),
            'è'..='ë' => word.push('e'),
            'ì'..='ï' => word.push('i'),
            'ñ' => word.push('n'),
            'ò'..='ö' => word.push('o'),
            'ù'..='ü' => word.push('u'),
            'ß' => word.push_str("ss"),
            other if other.is_alphanumeric() => word.push(other),
            _ => {}
        }
    }
}

/// Stems words, and remembers what it stemmed.
pub(super) struct Stems {
    stemmer: Stemmer,
    known: HashMap<String, String>,
}

impl Default for Stems {
    fn default() -> Self {
        let known = IRREGULAR.iter().map(|(form, word)| ((*form).to_owned(), (*word).to_owned())).collect();
        let mut stems = Self { stemmer: Stemmer::create(Algorithm::English), known };
        for (form, word) in IRREGULAR {
            let stem = stems.stemmer.stem(word).into_owned();
            stems.known.insert((*form).to_owned(), stem);
        }
        stems
    }
}

impl Stems {
    /// The stem of a word, which is remembered.
    pub fn stem(&mut self, word: &str) -> &str {
        if !self.known.contains_key(word) {
            let stem = self.stemmer.stem(word).into_owned();
            self.known.insert(word.to_owned(), stem);
        }
        self.known.get(word).map_or("", String::as_str)
    }
}

/// The stem of one word.
pub(super) fn stem(word: &str) -> String {
    let irregular = IRREGULAR.iter().find(|(form, _)| *form == word).map_or(word, |(_, word)| word);
    Stemmer::create(Algorithm::English).stem(irregular).into_owned()
}

/// The letters and digits of a name, in lower case: the same in every spelling of it.
pub(super) fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|char| char.to_ascii_lowercase()).collect()
}

/// Whether a word says nothing of what is searched for.
pub(super) fn is_stop_word(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| STOP_WORDS.split_whitespace().collect());
    WORDS.contains(word)
}
