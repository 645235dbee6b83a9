namespace FuncExec.Runtime.PostgresStore;

/// <summary>One step of a store's schema.</summary>
/// <param name="Sql">Its statements; they run in one transaction.</param>
/// <param name="Needs">
/// The version that a program has to know to work with a schema that has this step. Smaller than the step's own number when
/// programs of before go on working beside it, so that the nodes of one service can be replaced one by one: what is added comes
/// in a release before the one in which programs rely on it, what is dropped in one after. A step that needs more than the one
/// before it is not made while a node lives whose program knows less.
/// </param>
internal sealed record SchemaStep(string Sql, int Needs);
