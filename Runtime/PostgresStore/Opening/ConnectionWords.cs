using System.Data.Common;
using System.Text.RegularExpressions;
using Npgsql;

namespace FuncExec.Runtime.PostgresStore.Opening;

/// <summary>What a connection string says, word by word.</summary>
internal sealed partial class ConnectionWords
{
    private const string Form = "It has the form Host=db.example.org;Database=funcexec;Username=funcexec;Password=….";

    private readonly DbConnectionStringBuilder _words;

    private ConnectionWords(DbConnectionStringBuilder words, NpgsqlConnectionStringBuilder settings, bool isInsecure)
    {
        _words = words;
        Settings = settings;
        IsInsecure = isInsecure;
    }

    /// <summary>As the driver reads them.</summary>
    internal NpgsqlConnectionStringBuilder Settings { get; }

    /// <summary>Whether it says <see cref="ConnectionSettings.InsecureWord"/>.</summary>
    internal bool IsInsecure { get; }

    /// <summary>Whether it has one of the spellings of a word.</summary>
    internal bool Has(params string[] spellings) => spellings.Any(_words.ContainsKey);

    /// <summary>Reads it. A fault is told by its word, and by no value: it may be a password.</summary>
    internal static ConnectionWords Read(string text, StoreKind kind)
    {
        DbConnectionStringBuilder words;
        try
        {
            words = new DbConnectionStringBuilder { ConnectionString = text };
        }
        catch (ArgumentException exception)
        {
            throw kind.CannotStart($"The PostgreSQL connection string cannot be read. {Form}", exception);
        }

        bool isInsecure = false;
        if (words.TryGetValue(ConnectionSettings.InsecureWord, out object? insecure) && !bool.TryParse((string)insecure, out isInsecure))
        {
            throw kind.CannotStart($"The PostgreSQL connection string cannot be read: {ConnectionSettings.InsecureWord} is true or false.");
        }

        words.Remove(ConnectionSettings.InsecureWord);
        var settings = new NpgsqlConnectionStringBuilder();
        foreach (string word in words.Keys!)
        {
            Take(settings, word, words[word], kind);
        }

        return new ConnectionWords(words, settings, isInsecure);
    }

    private static void Take(NpgsqlConnectionStringBuilder settings, string word, object value, StoreKind kind)
    {
        if (!Word().IsMatch(word))
        {
            throw kind.CannotStart($"The PostgreSQL connection string cannot be read. {Form}");
        }

        if (!settings.ContainsKey(word))
        {
            throw kind.CannotStart($"The PostgreSQL connection string cannot be read: it has no word '{word}'. {Form}");
        }

        try
        {
            settings[word] = value;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException or NotSupportedException)
        {
            throw kind.CannotStart($"The PostgreSQL connection string cannot be read: '{word}' cannot have the value that it has there.", exception);
        }
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z _]{0,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
