using FuncExec.HubContract;

namespace FuncExec.Runtime.Sqlite.Tests;

/// <summary>The SQLite hub tells the nodes of its process what others of it did.</summary>
public sealed class SqliteSignalTests(SqliteHubTests.Fixture fixture) : SignalContract(fixture), IClassFixture<SqliteHubTests.Fixture>;
