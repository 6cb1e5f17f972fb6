"""How many weights a layer learns."""


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    total = c_out * c_in * k_h * k_w
    if bias:
        total += c_out
    return total
