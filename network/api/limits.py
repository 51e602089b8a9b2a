"""What a query may cost, decided before it runs."""

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)  # fmt: skip

DEEPEST = 12
MOST_COST = 500
FIELD_COST = {"trends": 50, "cities": 10, "practices": 20, "facets": 20, "practice": 5, "ourPractices": 20,
              "reviewQueue": 30, "advice": 20, "draftPractice": 20, "submitPractice": 20, "reviewPractice": 20,
              "decidePractice": 20, "publishPractice": 20, "changePractice": 20}  # fmt: skip
"""Fields that ask the database; every other field costs 1."""


def measure(document: DocumentNode) -> int:
    """The cost of the dearest operation; GraphQLError with a stable code over a limit.

    Fragments are counted wherever they are spread, and a circle of them is over the depth limit,
    so that the measure itself can't be made to run long: it stops at the first limit passed.
    """
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    dearest = 0

    def walk(selections: SelectionSetNode | None, depth: int, cost: int) -> int:
        if selections is None:
            return cost
        if depth > DEEPEST:
            raise _error(f"The query is nested deeper than {DEEPEST} levels.", "TOO_DEEP")
        for node in selections.selections:
            if isinstance(node, FieldNode):
                cost = walk(node.selection_set, depth + 1, cost + FIELD_COST.get(node.name.value, 1))
            elif isinstance(node, InlineFragmentNode):
                cost = walk(node.selection_set, depth + 1, cost + 1)
            elif isinstance(node, FragmentSpreadNode) and node.name.value in fragments:
                cost = walk(fragments[node.name.value].selection_set, depth + 1, cost + 1)
            if cost > MOST_COST:
                raise _error(f"The query costs more than {MOST_COST}.", "TOO_COSTLY")
        return cost

    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            introspective = all(
                isinstance(n, FieldNode) and n.name.value.startswith("__")
                for n in definition.selection_set.selections
            )
            # The standard introspection query is deeper than any other that makes sense.
            dearest = max(dearest, walk(definition.selection_set, -8 if introspective else 1, 0))
    return dearest


def _error(message: str, code: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})
