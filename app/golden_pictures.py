"""Small files of pictures that every parameter file carries together with the pixels that they became.

They show whether pictures are still read as they were for a training: another decoder, filter or matte changes some.
Their bytes were made by code once and stay as they are, since encoders change too.
"""

import base64

GOLDEN_PICTURES: dict[str, bytes] = {
    name: base64.b64decode(text)
    for name, text in {
        "png": (
            "iVBORw0KGgoAAAANSUhEUgAAAMgAAACWAQAAAACzp/q0AAAFl0lEQVR4nH2WP2gqWRjFr1jYrcU2CQRtXoQELIysRJC4rTFphozFpIwY"
            "zDPwFpsUCwm8Io1sIL5IRMtM4YRpErV9BsFHFmMhJGBeowSSZgu3sxBn73f/zEzzbT0zd8495/ede0llVJ9a1nn9qWkYzXLk/IwkItVV"
            "w9CJfh85H3unvdzwSjVDhwn/wlfvV1rqGknlDgOEJIrRlGLu7/S/WNakl9vPNBSi7JZOkgv/0mh13XgZxbtjMiuWj4+Mb6RZiz8skg+D"
            "QkXP6HcHQTIOLj02zT2ThNsHF2dk9hZ7VdX8p8Fm0vr6V/byWU2TdLaX8I4DkXJea2i79cnCP/2IpZVbhQxTpS+nlm/pkSqt/Iz/6JA/"
            "i7XjdaMJ/5lYp135Hz/5PSD+Y95Fzzue6Xvo9VldC70ngpav9M/llfqZ5EN8PxvpjJ4uiP287pka0QqDzeD8l3gtfGQoj9dvU8/sbSO/"
            "bbyQl8f6lCqoP7YM41stck4VRGp01y2mYJF0KRhLBfp9FBx9zw2f1XAoB46W+pUrNU/WQvQ9cnKwsa2qnwuDk1OrO8hRndvUgw+mjXtQ"
            "Ytq4B6DNP3O0zbxS23CXuzMCd0bcnTJzpzK6HlvW1xJPO0p934rztJvVpYlldUs7oPq+eEFIID5iqm/Kke7MP+llL1t7Zvsw4J35V57a"
            "utpwEQL7kYTAfsy74kXHM/vgXvc2g5a3VGBeh2MibY2mnRVpDyFtmgJ4QFNQVZoCeEBTUFUNngQJ3YPM59R6EPmkZHJAokzuJ5CYznHf"
            "7vOKqe1w30Jp9iT7Dk+iwlFK/+SdO0p5gyeSN3jyIZ+g36D/wbXh+8E9wH3DvcbzwTPFOcDZwXnDGcW5xmcBnx985vA5xWcb7wO8Q/De"
            "wbsK7ze8E/EexbsX72u84/FzIV3gqmv57VstxVVvpDVDIeY9dyfH3Mkxd/rMHRc7Ry52/tZdHtDVbA/kaixtsRpLm61GMwVHV0Sm4Ogf"
            "PFMnOcV0kss0NNIsx4H4QbbS2tPbB0D80lNTV02i7XAOqsDBiHMQZRyE7cmiKdiTBSkAVeCOpArcsRWI2d5rObOt6lRB9ZpNVr9iKpRk"
            "NlnVZiNjMg88HYcDKyg5uJGq2ZwK1WxO9wuDhH8WiNeOt2+V1PVk5p2+baQ0I8Nme+qD2aaZ0tn2zWG2IVNNfsOJ59+wneryG+AgJr5h"
            "HDj/od/Y/4FvnP/wDuH/4dp6Cd+UEsK01SdzHyWEaaP0dhfJiaQ3QMZ+QW9aMsp6VCTHetRh53bbxY6mk7UYb4oYNEWWN0WWNQU0UnLh"
            "NNKYzEUjUeJ/jL3/SuJXKFUrnPi0VC24ZqoZiVQBS+6paSqggCW32sgwBXxOuQI+p0yBstM/Cc79y1U2jdUupaoYlTeh7jwIHlASqQee"
            "KXgAJDrsqFcudn7T2Gp0tu3VYLbFamW+muQaVnsSq4keZWeJ7FE4SyjxoE0SD9oOOPFtyWjbVG4kozfAKD1lYLblKcNmm58ylN4tT2dL"
            "0ju2gmP7libmlDWfmFN5SxMecA64B/w2WARHP3jz9cDRkn0bDJAz1+n8XZ7Oyi53hzffMnPnV+aOk1xDc5K7VXQgnnEgiGcccOKBKqrA"
            "pooqEFSBAk/HpSAoFWgy7fC6MZRp54+MCnmRPQpNYfcovyfyk5Z7wE9acU+k2qY+R5tvLrVBI4E7spHAHd5ILnZUFzs0beeGQlXbNxRQ"
            "DbNNibc7hBIvOsQhBPYjCYH9KPZksVNGTBZ4PZStrNO0ZSuHxa0TPJA3B/BA3Byc2eb58NmGfNoyOSBRJvcJSHRuKNCj8obCntSW4Ulf"
            "OErpDyxzR9npbLlOZyJP5//5Bv0Prg3fD+4B7hvuNZ4PninOAc4OzhvOKM41Pgv4/OAzh88pPtt4H+AdgvbOf6E9TMgUaZhcAAAAAElF"
            "TkSuQmCC"
        ),
        "png-large": (
            "iVBORw0KGgoAAAANSUhEUgAAAbgAAAGkAQAAAABrpQ3+AAAB+0lEQVR4nO2ZMWrDQBBF5wa5hAgE94K0KQxb5BKOuliXkdIlvoQKgYu0"
            "gfQmEHSYRN4ZEAhW7KTK7HxV69U8GD77v70eIn5ufvjJ/UjgwP1nrmuHMH7eXqamb7vHcV5O1evxNC9D/V3Ny2vBeV5eC7h22jU9xddT"
            "8yZ8xfxZ+Jb5nfBc2x/ageLrrn0X/sj8nfCB+SfhuXbYh5q4vXAvPLc3PQvP7XUPwnNt/TVVtLQc97i97iA8tzd+CM+11Uvf0tJy3BN5"
            "9sKLPBfhRZ7TEGhpOe7lyktLy3EvV15aWo57ufLS0nLcy5WXkidiW15KnohteSl5IrblNeM/cOA0HPLMZ54lv+G25aXkidiWl5InYlte"
            "yv0BsZLXjP/AgdNwyDOfeZZ7IVrJS7kXopW8lHshWslLuT8gVvKa8R84cBoOeeYzz3IvRCt5zfx/ZsV/4MBpOOSZzzwrfR5gxX/gwGk4"
            "5JnPPCt9HmDFf+DAaTjkmc88K30eYMV/4MBpOOSZzzwrfR5gxX/gwGk45JnPPCt9HmDFf+DAaTjkmc88K30eYMV/4MBpOOSZzzwrfR5g"
            "xX/gwGk45JnPPCt9HmDFf+DAaTjkmc88K30eYMV/4MBpOOSZzzwrfR5gxX/gwGk45JnPPCt9HmDFf+DAaTjkmc88K30eYMV/f+R+ATsr"
            "cPyNL64dAAAAAElFTkSuQmCC"
        ),
        "png-alpha": (
            "iVBORw0KGgoAAAANSUhEUgAAABgAAAASCAYAAABB7B6eAAADB0lEQVR4nH3UoW9bWwzHcaOhoaGhyWBoqGiowCoKCgoqMioqKiqKDIKC"
            "iooKrKCgoqAgo6Kioocmg6Gh9yfsm5uzvrZ7qhRL0VX0ObnHP1vcXSLyQ2R9zOpP1Ofs/lLdX6vrW3WedMf3Lj/tsrNOnXXInFq0y3mb"
            "eKtetNplS1yV5HVJLUt6Ra0lIz5kJnh9KvAaeHd/6y7wBI938QIvcfAAz2VKrRI8pG+kMj5WJXh9Bv3Sr/AauIMbuD7jBV4q4ApuVyl+"
            "nRLLAI+Bu/atNHj/hffAEzzAHdzmFbqoF3iqXKboVYhdx4TnyqXWDm7gZn13OAC83uANXuB5xhvO6gWe4MAXAR4Dd/ElnVyZ5NqkJlzB"
            "qY1wx+D1Cue6TqmB+zzDFul6HuAxcBe5ctFrE1vyGDzWCq4DlwPuvZU/OI09qQnvCafxMwIwj/BFuIGrOzh1aeAUuC5VbKUTnjeidSsv"
            "8eh7OUbxiBPRU+qMyM6ILngsHNzBDdwGruA6cBFfiwR4gtdrPHtH1Qm5/x7gMXCPmju4uZ+bGbheKLgOXESWIgpu4A4e/49X7fl+xB3c"
            "s2cGbpHgca6coGrgegl6Jc+4gCu4DTzB6xWu1Xvlrslbnxq4TXjPNWqhnuBBD+1C3sUdPMATvLYKrgPHLOt6kAPOw5kOnB+ey4Q7uIHr"
            "G1zAFdzAnSjGRgfOn9zZwB3cOx/lgPNac2rgCR7gDm7g+gYXoqhE0SbcPLdc64RzG3uquPaH6HqMzif5D29wRkkTPP7CaS5RPOI0/o7e"
            "g8fWI+89a0cf9zFwQvNIeJ5YlP/Ia7wG7uA2onjEiScTKuB652YbtvCWGN/HwIl3AT8Q98caOFv4hxzxHngSxSCKDn6YUGVCjzgDdusm"
            "dwzchsGbcIZxxxbeM5x8jjhD+8TwgucPDvgpB5zxJooFnkxojPFXFpewuOSG1XAbA0/wDL9njezYwuAHux/6GW/wAs+ftPqXHHADZ0lN"
            "+HFxGStXWblHnAV3R23KdcviA/cdt73vd/H4xRb+9zfNkAhOZuW4JwAAAABJRU5ErkJggg=="
        ),
        "png-16-bits": (
            "iVBORw0KGgoAAAANSUhEUgAAABgAAAAQEAAAAAB53zwKAAAAjElEQVR4nGNgYGA7ytsl4i8tonhTY55+spmGzVvnTV7lgTYRjHHHUrtz"
            "AopFK281zG9P6dOc8m72ZhKVL6pgIE35SlsG0pRvYGIgTfm24wykKd/bw0Ca8iOBDKQpPy3GQJryi7cZSFN+YwEDacrvpzKQpvyZFgNp"
            "yt+8ZyBN+ectDKQp/1XJQJpyRjsAyBhzykIepwYAAAAASUVORK5CYII="
        ),
        "png-turned": (
            "iVBORw0KGgoAAAANSUhEUgAAAB4AAAAMAgAAAAAa9UpPAAAAGmVYSWZNTQAqAAAACAABARIAAwAAAAEABgAAAAAAANZnS2kAAAAeSURB"
            "VHicY5CGAAGGHAhIYNgIARsYjkHAAQYqqQEADisvd12sgJ8AAAAASUVORK5CYII="
        ),
        "gif": (
            "R0lGODlhRgAoAIEAAPoUHgrIWgA8//DwCiH5BAEAAAIALAAAAABGACgAQAj/AAEIFBigYEEBCBEOWLhwIEGDARIqZDjAIQCIESVSrOgQ"
            "40GNFC1ilChgo0iIJE12RAlS5cCRLRuuNJgy5MyPCV0SvMgyp82XPScyPEkzJkegRWsOvZnR51KkOIXKhNpU6lGYTqc+TGqVaNSSP7d+"
            "7cpUqVaeXME+FVtV7Vm2Zo/CNeq1rU60Qd3KxWs3LN+4deOexUqWKuCydDsaTrw4617CegMLyHsXcmXKfi0fblx4rmPJjiMj/jy681/G"
            "AAZjXnuaNGfRSF9fTjv7a+2Mq1XTzpz7MeXNnk1b5r2bIezgx1sL7+1Qt23iz1kPl16wdPLpzvtSp4n8NnDl13tiefddPPt3yOXJRzeP"
            "GvxC7exdd4cOv/140MvTA8i/Xj18/5t5Zx9z1t21XX/4haffSgAOuKBs0BVI33kEGjbfgf8lKOBkFV4YH39tPehhg/K5N0CGEmJIYXkO"
            "Ipjih5GBuKKLED61oYwtojiQijnOqONDJOJY4n03BQQAOw=="
        ),
        "webp-lossless": (
            "UklGRhgBAABXRUJQVlA4TAwBAAAvHcAFADmFAAKgoInof7yLiP4HHLRtJEiGNtAH2187+xAIsm2KNrSjHY0g26ZoQzva0YKB27aNckO+"
            "nXP8iqkpGgABB8c6sGAhAgEOA8f8UxwiAIFQCwd3DoDn4BcdwFegUn4H4BPkpg8AgAPOj4ME7VDV6I88OiCAjoLnkhzOdacaRTkPBOfi"
            "Nn79hYofIZArDzi6QFBlWrJUQ7w2zau3HlQCeG0aAOCAKIBEVJt2KhHgRwJ27QEAHQVdkgQReKcCREeNWz5WxSrCwSUo1em+pUwTxG2v"
            "pHhpWnnA76TEThQO1ggOWBKmBTnAX0lRZVqP4JUUL0y71Cspntwj4M+kKPwX8yI0PGL+TIoG"
        ),
        "webp": (
            "UklGRj4CAABXRUJQVlA4IDICAAAwFACdASpQADwAPqVAmEumI6KhvN48AMAUiWwAnTKEda+Xfk57CdSfsf4v3BIlPbhO6z9RcfLrb/un"
            "AwiGDzeFHDZ776iPr4HFyeVaipmgf57xgxC+PPa9aGCDrItQZaRP6Y5iAax5jE8rJLjkAdyCxWx3yE0S1ctwyDfDoqjy9a8Noc/yESw0"
            "waHgBWc9T/TbLg/ysf7XmCg6ho1Hm4/njEDxKbTAtzYRWAD+6J4DO+gQgOOjxtVOgmHsguxEnf9hnyyx63qdRWbJSHTuGWXg3pgT/ZyH"
            "5KmyE5Wyvl4SSOZHGR1mg7nJO3edEYzjQNa6cMRp8E/RH4P8fN/yUsi4c8bPFrbrhj2HDmZL5sV5bqocKf45ZhJjbl62KqlOZcBPmxGo"
            "Pt9sUp+zF7+epfntcpiKtWgd2yhS+LPP99CJgkvldZ2mvSwi9UaiESuH7ECxv9tvrbJOtX92X7FPgvh0IrMF/WqsMkM6z6A16fzRo2ua"
            "iZ8e/bo/jEwkz1vpF8CJPUJTZqqVw3JaFZ65DVeS5rWFAV6l5EO52n0ZMSQ6TevgB6CvkQczMDM4yfGAqx2Ijwp3BnWn/1tXwsEhTI5t"
            "534/S/xfi3ObV9Tdy09O9lgPjaLQCOX2ok55yfrjTz8JsfH7fjOnqHlFdCm8rbejsn8HCRGzH7Iv0V6p1Wu1rvrlfWz0VEjfrtC4pbsr"
            "k2H0CTmzjyDQler/fk8d+WGmkoYM2z542HVahbu6YIS1egAA"
        ),
        "jpeg": (
            "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKB"
            "TmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8"
            "fHz/wAARCABGAFoDASIAAhEBAxEB/8QAGgAAAwEBAQEAAAAAAAAAAAAAAwQFAAIBBv/EAB4QAAICAwEBAQEAAAAAAAAAAAABAgQDESEx"
            "EhNh/8QAGQEBAQEBAQEAAAAAAAAAAAAABQQDBgEA/8QAIBEAAgMBAAICAwAAAAAAAAAAAQIAAwQREiEiMRNBUf/aAAwDAQACEQMRAD8A"
            "tVaiSXChDEoo6glFA82ZRXp4CfGeEAmeZZqKJlmwlvp5buJb6RLV33pBahYyykKIaxZ6+iM8+36J5bO36cRm5Mtx5vfZYdCoI6p7YbH0"
            "WwxbHsOMfPESE6N/PqExoZgtHMMYT50cxtt6eQW3U7mdKWjz9DiT0D+iemryHZiK3f3PoMthRXpLt3dJ9F7Nvj6RrdpvfToRRxYglpYw"
            "ly7vfSTmsOT9OM2VyYGMXJkToOxBWIEJFuTHa+JvRzWrOTXC1Up+cLqCFEmudjOK1d84UcVfS8GcFTS8GlhUUZ69HFhxrZzE/wAtIHNa"
            "G8iSE8s0jmHYu8vz4C33AZGB2e5Jgvscy0/CN1YVAidjM3vpOyycmNZE2cLC5MW02BBD8+Mj7iccTkx6tUba4MV6m2uFipT84c+9/Wlr"
            "UhRBU6PnC3WqJJcCVqyilwdjFRRVXYeSB0HYJYlFAc0lFBM+ZRXpJt20t9I9BLTWmpezWM6W+kzNY/oGzb230QnY2/TLPnLNFUKoI3LL"
            "tnP2Kxm2wvTqaKQqzOzYqnkIsW2HxV9vwLDGN4caA92j9Sh3SsTqtXXOFSviS0L4kkMrIooKpBdoRo1iNxkooDnsqK9FstnS9JVu770f"
            "qoPjDvz+Rh7l3W+kK3d230Fbtt76S8uZyZjbUOyuuww2Sw5P08g3JgMcXJlGrWb1wozoAZ9beQITBjb0OLC9eDNWp5weVXngkbQvqE2W"
            "MTFcaGsfDGOR1n5RPTY39hlPSOJ5mkYxThUdgjsSYjYsS6SLOaT2Yx0oACyigdMmZZOTOYY/pmMFXn3F0A5KFWsm0XadSPDGPqiZlaBL"
            "GCtFJDP4oxjy1j2TBRP/2Q=="
        ),
        "jpeg-large": (
            "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDADUlKC8oITUvKy88OTU/UIVXUElJUKN1e2GFwarLyL6qurfV8P//1eL/5re6////////////"
            "zv//////////////2wBDATk8PFBGUJ1XV53/3Lrc////////////////////////////////////////////////////////////////"
            "////wgARCAGGAZoDASIAAhEBAxEB/8QAGQABAQEBAQEAAAAAAAAAAAAAAAEEAwIF/8QAFwEBAQEBAAAAAAAAAAAAAAAAAAECA//aAAwD"
            "AQACEAMQAAABUBUFBalBQFQAUAAKgFCAAhLAJQBJQAiBRIBSDzTrgqhQEUCqAUABYAAACAAlSwCAlQAhBQIJRAFlOvMUFoBRBSUAFAAA"
            "AIBQgBCAUSAEslAQUSAVAtOvMUClAUBBQAAAAIBQAgQCUCCBFCEFEAEJRD2rrgVACqAKAAQUilASyAAAhBQhAElAQBJQEFEAOhd4CxQA"
            "UoAAoAACIAABCUBCBFCEARQhAQUQA7DeFKBFAAKUAAAEIAAQgFQBIBUASAVAQgRRCwO9N4CxQAAUoAABACAEAFQgQCEFEBIBUAgEUBA0"
            "jWFLAAFAKAAQAAhAAQUSAEASUQAQlQCAQBSDVTWAsAWUCgBCwAAEAIQBAJUBAElEAEBBRIELCiDYLgKAWCoqoQAAFQAEASAEFQgQEBJQ"
            "EBBRAQsAg2i4CgAsAAAEABAFIBIAQEFEgQEUIQEAQBUAStwuAQAKAAQACABAEUQsIQEFIBIEAVAQBABAA3C4ACgCAKAQBCwEIEBFsBCE"
            "AhRASBCwEFELAEAN4uAohAAoQAEAEFIBASLAQVCEARRAIQCABACiDeGAoASrAAQBABAIUQEAhAQVCBAQBUAQAEAAN4uACLABAKIUQsBA"
            "IgQEUQsIQVAEgQsAhQEAAAg+hC8woQsKELAEBCwVAIBASBFsBCEFEAEIELAAIAAreLggCiABAEBCwEAhRAQElsBAEgRbAEAgQsAAKA3C"
            "8xKsAQCkARRCwEBCUQEAhBUASACFAEAAAAAN0NcwEKELAIBARbAQCASUQAQlEAEIAIUAAAAADaTXIKIAVAIoQAQlQBARQhAElAQAhABQ"
            "AAAAANhN8rAEApAEUQAQUiBAFQgQBUIAQgAFAAAAABNY3zQoQsBAEUBAQUQCEFEgBBQhLAIBQAAAABSUNUN8QtgEAKgVCEAFgEIBYIQA"
            "UIgAlAAAAAAoAP/EABQQAQAAAAAAAAAAAAAAAAAAALD/2gAIAQEAAQUCH0//xAAUEQEAAAAAAAAAAAAAAAAAAACQ/9oACAEDAQE/ASK/"
            "/8QAFBEBAAAAAAAAAAAAAAAAAAAAkP/aAAgBAgEBPwEiv//EABQQAQAAAAAAAAAAAAAAAAAAALD/2gAIAQEABj8CH0//xAAUEAEAAAAA"
            "AAAAAAAAAAAAAACw/9oACAEBAAE/IR9P/9oADAMBAAIAAwAAABCRttmSBkXkV3MAIANX6kbwPgfo2fBp+fByAzoIQw8EJT8J2N6HofKf"
            "pgSNud+Id33/AMqBfoH5WjYHielbck4H7Df99/8AvIxegexK3hYWh8Gx8HMBPecAFvOQ3InRuXZoWBIWjY34DPMAAAvvQXoH5On5Im3p"
            "s3oH43vIAAAHv4X4nZ+HZ4GW5pm4nYX/AKAAABz6N2B6XtqWfpk2SBl6F3+IAABzyJ+FyblkaWFpo+fI6IX2oAARziByNuXJt2abFlga"
            "dk0P364w33sJyBgeFhoeWbNliSRk9bz733+MfsfgybNlieWTJtueJqRT/wD9yCeyPzbmkabYsnnwYYlxdzBygCO4gckYfnmYbbIknnbc"
            "kaG6CAN/xF5HjYMlnTYbbkkybPjfhN/9yEeiam7bOkkzbYbnlwYk5F9zwCNzH5MkYZPnkkbaYmnbMgcyCOf5mckZHnaYMlnkZbekwbnb"
            "jP8A/YDsDMmpp22ypJZmGR5GBOx3+8Qe5W5+WZJGGWppY2nJ+zMBPMAAAnMnJGj55mmTZpuWhMX4zPIAAAAh+TYmjJcWmpZMmRonY3+I"
            "AAAABpGp8WZJeWDp4GhYHoX+wgAAABP8nJG35om3JY2B43Ilf4gAAAHOInwPn4YH34IXwP34A/YggAAHPAHP/8QAFBEBAAAAAAAAAAAA"
            "AAAAAAAAkP/aAAgBAwEBPxAiv//EABQRAQAAAAAAAAAAAAAAAAAAAJD/2gAIAQIBAT8QIr//xAAUEAEAAAAAAAAAAAAAAAAAAACw/9oA"
            "CAEBAAE/EB9P/9k="
        ),
        "jpeg-inks": (
            "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAbEhQXFBEbFxYXHhwbIChCKyglJShROj0wQmBVZWRfVV1baniZgWpxkHNbXYW1hpCeo6utq2eA"
            "vMm6pseZqKuk/8AAFAgAIAAoBEMRAE0RAFkRAEsRAP/EABkAAAMBAQEAAAAAAAAAAAAAAAQFBgMCB//EACMQAAEEAQQCAwEAAAAAAAAA"
            "AAEAAgMEBREhM0ESMSIygWH/2gAOBEMATQBZAEsAAD8AUSXHO7SizYLid0ovSeTilOS5Ch3TOchQC8rKqzyeFrivuFyGucj6lUuI2VNj"
            "YtAFXVuFasrOd0nlOpppsm5+LEnzPooqKiT0msUYYEkyc2x3U2Ob9QrKzndLz8AvKmp3eT0TkuQoqKiT0j6lUuI2RuPi1cFrivuEbDjv"
            "4nlOpppsqijH4tCrq3Cj4ccB0msUYYFvZf4sKT5n0UZFSa3pczTBgUzk5dSVNjm/UHDjgOlIVKpcRsk7R5PROS5CjIqTW9J5TqaabJ5j"
            "IfS1xX3CIbC1vSaxRhgVHA3xYq6twrvVrVzNMGBCZCXRpSfM+is32Gt7Si7b013Utfk1cVNjm/Vpq1q0p1NNNljVZ5PCJyXIVm+w1vaa"
            "xRhgVNjYtAFrivuELLeA7XM0wYE3PxYq6twoKbI/1KLtvTXdJMnNsd0nzPooCbIk9pHaslxO6m7DvJ6mxzfq/9k="
        ),
    }.items()
}

LOSSY = frozenset({"jpeg", "jpeg-large", "jpeg-inks", "webp"})
"""Those whose decoders may differ by a little from machine to machine."""
