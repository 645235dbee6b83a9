namespace ClassBased;

/// <summary>What things cost.</summary>
public interface IPriceList
{
    /// <summary>The price of one piece.</summary>
    decimal Of(string item);
}

/// <summary>A short list.</summary>
public sealed class PriceList : IPriceList
{
    public decimal Of(string item) => item switch
    {
        "tea" => 3.5m,
        "cake" => 5m,
        _ => throw new ArgumentException($"There is no {item}.", nameof(item)),
    };
}
