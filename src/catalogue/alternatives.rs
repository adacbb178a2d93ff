//! Alternatives without repetition: the documents list a shape several times where only our reader of them sees no difference.

use super::shape::{Shape, Type};

impl Shape {
    /// The alternatives, each once. Objects that differ in the type of one field only are one object.
    pub(super) fn distinct_alternatives(&self) -> Vec<Shape> {
        let mut distinct: Vec<Shape> = Vec::new();
        for alternative in &self.alternatives {
            match distinct.iter_mut().find_map(|other| merged(other, alternative).map(|shape| (other, shape))) {
                Some((other, shape)) => *other = shape,
                None => distinct.push(alternative.clone()),
            }
        }
        distinct
    }

    /// Whether any value fits.
    fn is_anything(&self) -> bool {
        self.kind == Type::Any && self.alternatives.is_empty() && self.values.is_empty()
    }
}

/// One shape that accepts exactly what the two accept, if there is a simple one.
fn merged(left: &Shape, right: &Shape) -> Option<Shape> {
    if left == right {
        return Some(left.clone());
    }
    let fields = || left.properties.iter().zip(&right.properties);
    let mut differing = fields().enumerate().filter(|(_, (left, right))| left != right);
    let (position, (left_field, right_field)) = differing.next()?;
    // Of two differing fields, one object would also accept the one's first with the other's second.
    if differing.next().is_some() {
        return None;
    }
    let is_same_otherwise = left_field.name == right_field.name && left_field.required == right_field.required && {
        let mut with_left_field = right.clone();
        with_left_field.properties.get_mut(position)?.clone_from(left_field);
        with_left_field == *left
    };
    is_same_otherwise.then(|| {
        let mut shape = left.clone();
        if let Some(field) = shape.properties.get_mut(position) {
            *field = either(left_field, right_field);
        }
        shape
    })
}

/// A field that is one or the other.
fn either(left: &Shape, right: &Shape) -> Shape {
    let mut alternatives: Vec<Shape> = Vec::new();
    for side in [left, right] {
        let is_merged = side.kind == Type::Any && !side.alternatives.is_empty();
        let own = if is_merged { side.alternatives.as_slice() } else { std::slice::from_ref(side) };
        for alternative in own {
            let unnamed = Shape { name: String::new(), required: false, description: None, ..alternative.clone() };
            if !alternatives.contains(&unnamed) {
                alternatives.push(unnamed);
            }
        }
    }
    if alternatives.iter().any(Shape::is_anything) {
        alternatives.clear();
    }
    let field = Shape { kind: Type::Any, alternatives, ..unconstrained(left) };
    Shape { description: left.description.clone().or_else(|| right.description.clone()), ..field }
}

/// A field of any type with the name of another.
fn unconstrained(field: &Shape) -> Shape {
    Shape {
        values: Vec::new(),
        items: None,
        properties: Vec::new(),
        open: false,
        minimum: None,
        maximum: None,
        min_length: None,
        max_length: None,
        pattern: None,
        min_items: None,
        max_items: None,
        format: None,
        ..field.clone()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn distinct(alternatives: &Value) -> Vec<Shape> {
        let shape: Shape = serde_json::from_value(json!({ "type": "any", "alternatives": alternatives })).unwrap();
        shape.distinct_alternatives()
    }

    fn custom_field(value: &Value) -> Value {
        let id = json!({ "name": "id", "required": true, "type": "string" });
        let mut field = json!({ "name": "field_value" });
        field.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
        json!({ "type": "object", "properties": [id, field] })
    }

    #[test]
    fn objects_that_differ_in_one_field_are_one_object() {
        let texts = json!({ "type": "array", "items": { "type": "string" } });
        let shapes =
            [json!({ "type": "string" }), texts, json!({ "type": "string" })].map(|value| custom_field(&value));
        let distinct = distinct(&json!(shapes));
        assert_eq!(distinct.len(), 1);
        let kinds: Vec<Type> = distinct[0].properties[1].alternatives.iter().map(|shape| shape.kind).collect();
        assert_eq!(kinds, [Type::String, Type::Array]);
    }

    #[test]
    fn a_field_that_may_be_anything_has_no_alternatives() {
        let shapes = [json!({ "type": "string" }), json!({ "type": "any" })].map(|value| custom_field(&value));
        let distinct = distinct(&json!(shapes));
        assert!(distinct.len() == 1 && distinct[0].properties[1].is_anything());
    }

    #[test]
    fn objects_that_differ_in_two_fields_stay_apart() {
        let other = json!({ "type": "object", "properties": [
            { "name": "id", "type": "string" }, { "name": "field_value", "type": "number" },
        ] });
        assert_eq!(distinct(&json!([custom_field(&json!({ "type": "string" })), other])).len(), 2);
    }
}
