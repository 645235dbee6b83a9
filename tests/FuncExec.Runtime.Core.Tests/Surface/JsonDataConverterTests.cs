using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;

namespace FuncExec.Runtime.Tests.Surface;

public sealed class JsonDataConverterTests
{
    private static readonly JsonDataConverter _json = JsonDataConverter.Default;

    [Fact]
    public void Null_stays_null_both_ways()
    {
        Assert.Null(_json.Serialize(null));
        Assert.Null(_json.Deserialize(null, typeof(string)));
        Assert.Null(_json.Deserialize<string>(null));
    }

    [Fact]
    public void No_data_is_the_default_of_a_value_type() => Assert.Equal(0, _json.Deserialize<int>(null));

    [Fact]
    public void Stored_null_is_the_default_too() => Assert.Null(_json.Deserialize<int?>("null"));

    [Fact]
    public void Names_are_written_as_declared_and_read_with_their_case()
    {
        Assert.Equal("""{"ExitCode":3}""", _json.Serialize(new Result { ExitCode = 3 }));
        Assert.Equal(3, _json.Deserialize<Result>("""{"ExitCode":3}""")!.ExitCode);
        Assert.Equal(0, _json.Deserialize<Result>("""{"exitCode":3}""")!.ExitCode);
    }

    [Fact]
    public void Public_fields_and_tuples_are_kept()
    {
        string? stored = _json.Serialize((Name: "echo", Code: 3));

        Assert.Equal("""{"Item1":"echo","Item2":3}""", stored);
        Assert.Equal(("echo", 3), _json.Deserialize<(string, int)>(stored));
    }

    [Fact]
    public void A_value_is_written_by_its_own_type_not_the_declared_one()
    {
        object value = new Result { ExitCode = 1 };

        Assert.Equal("""{"ExitCode":1}""", _json.Serialize(value));
    }

    [Fact]
    public void Options_that_are_given_are_used()
    {
        JsonDataConverter web = new(new JsonSerializerOptions(JsonSerializerDefaults.Web));

        Assert.Equal("""{"exitCode":3}""", web.Serialize(new Result { ExitCode = 3 }));
        Assert.Equal(3, web.Deserialize<Result>("""{"EXITCODE":"3"}""")!.ExitCode);
    }

    [Fact]
    public void Data_of_another_shape_is_an_error() =>
        Assert.Throws<JsonException>(() => _json.Deserialize<int>("\"three\""));

    private sealed record Result
    {
        public int ExitCode { get; init; }
    }
}
