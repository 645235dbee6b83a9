using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace FuncExec.Runtime.Functions.Binding;

/// <summary>Reads a route or query value into a simple type.</summary>
internal abstract class ValueReader(string description)
{
    /// <summary>What a value has to be, as it stands after "is".</summary>
    public string Description { get; } = description;

    /// <summary>Reads a value.</summary>
    public abstract bool TryRead(string text, out object? value);

    /// <summary>The reader for a type, or null when no text can be read into it.</summary>
    public static ValueReader? For(Type type)
    {
        Type target = Nullable.GetUnderlyingType(type) ?? type;
        if (target == typeof(string) || target == typeof(object))
        {
            return new Text();
        }

        if (target == typeof(DateTime))
        {
            return new Moment();
        }

        if (target == typeof(Uri))
        {
            return new Address();
        }

        if (target.IsEnum)
        {
            return new Choice(target);
        }

        return target.GetInterfaces().Any(face => face.IsGenericType
                && face.GetGenericTypeDefinition() == typeof(IParsable<>) && face.GetGenericArguments()[0] == target)
            ? (ValueReader)Activator.CreateInstance(typeof(Parsed<>).MakeGenericType(target))!
            : null;
    }

    private sealed class Text() : ValueReader("a text")
    {
        public override bool TryRead(string text, out object? value)
        {
            value = text;
            return true;
        }
    }

    private sealed class Moment() : ValueReader("a date and time")
    {
        public override bool TryRead(string text, out object? value)
        {
            bool read = DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTime moment);
            value = moment;
            return read;
        }
    }

    private sealed class Address() : ValueReader("a URI")
    {
        public override bool TryRead(string text, out object? value)
        {
            bool read = Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out Uri? uri);
            value = uri;
            return read;
        }
    }

    private sealed class Choice(Type type) : ValueReader($"one of {string.Join(", ", Enum.GetNames(type))}")
    {
        public override bool TryRead(string text, out object? value) =>
            Enum.TryParse(type, text, ignoreCase: true, out value) && Enum.IsDefined(type, value);
    }

    private sealed class Parsed<T>() : ValueReader($"a {typeof(T).Name}")
        where T : IParsable<T>
    {
        public override bool TryRead(string text, [NotNullWhen(true)] out object? value)
        {
            bool read = T.TryParse(text, CultureInfo.InvariantCulture, out T? parsed);
            value = parsed;
            return read;
        }
    }
}
