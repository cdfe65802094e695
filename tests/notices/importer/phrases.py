"""Wordings of notices by province and agency, with their values marked; no real person, company, project or address."""

from __future__ import annotations

from typing import Any

PROPONENTS = (
    "青石县长河建材有限公司",
    "白塔新能源股份有限公司",
    "云岭(集团)矿业有限责任公司",
    "东湾市交通运输局",
    "南坡县水利局",
    "北山经济技术开发区管理委员会",
    "石桥镇人民政府",
    "松原湖第二人民医院",
    "华峪天然气集团有限公司安岭分公司",
    "河谷市住房和城乡建设局",
    "云岭县公路建设服务中心",
    "白塔市城市发展集团有限公司",
    "国源电力云岭供电公司",
    "东湾港务集团有限公司",
    "南坡县农业农村局",
    "青石县土地储备中心",
    "甲秀药业(东湾)有限公司",
    "北山石化有限公司白塔采油厂",
    "河谷铁路建设指挥部",
    "松湖畜牧发展有限公司",
    "安岭市生态环境局河谷分局",
    "青石工业园区管委会",
    "白塔县养护事务所",
    "云岭职业技术学院",
)
CONSULTANTS = (
    "华岳生态咨询有限公司",
    "江澜环境科技(东湾)有限公司",
    "北山市环境科学研究院",
    "中岭勘测设计研究院有限公司",
    "东湾大学",
    "江北核工业二〇八研究所",
    "安岭环保集团股份有限公司",
    "南坡绿洲安全环保技术服务有限公司",
    "河谷市环境保护研究所",
    "华峪工程咨询有限责任公司",
    "松湖环境工程评估中心",
    "白塔交通规划设计院",
    "云泽(北山)环境研究院有限公司",
)
PROJECTS = (
    "年产30万吨骨料生产线扩建项目",
    "年产6000吨水性涂料及2万吨助剂项目",
    "云岭县南坡100MW风力发电项目",
    "云岭至白塔高速公路改扩建工程",
    "东湾港北港区3号泊位工程",
    "青石河流域综合治理工程(一期)",
    "白塔500千伏输变电工程",
    "石桥镇污水处理厂提标改造工程",
    "安岭抽水蓄能电站",
    "生活垃圾焚烧发电项目(二期)",
    "松湖铁矿采选150万t/a改扩建工程",
    "北山经济技术开发区总体规划(2023-2035年)",
    "S212线河谷至石桥段公路改建工程",
    "10万头生猪养殖建设项目",
    "高端装备制造基地",
    "源网荷储一体化项目",
    "危险废物综合处置中心项目",
    "1,4-丁二醇(一期)工程",
    "河谷市第三水厂及配套管网工程",
    "医疗废物集中处置技改项目",
    "东湾至安岭铁路云岭段",
    "年处理5万吨废旧轮胎资源化利用项目",
    "青石县白云岩矿",
    "南坡水库除险加固工程",
    "PVC-O管材生产线技术改造项目",
    "松湖灌区续建配套与节水改造项目",
    "2×660MW热电联产项目",
    "煤焦油加氢装置迁建项目",
)
PERSONS = (
    "钱工",
    "周经理",
    "孙女士",
    "吴先生",
    "郑伟",
    "王小岭",
    "冯主任",
    "陈总",
    "褚科长",
    "卫建国",
    "李部长",
    "赵老师",
    "欧阳岭",
    "韩厂长",
    "蒋工程师",
)
PHONES = (
    "0999-1234567",
    "13900001234",
    "0998-7654321",
    "(0997)2345678",
    "139-0000-5678",
    "09961234567",
    "0997-12345678-801",
    "139****1234",
    "139 0000 4321",
)
PHONES_2 = ("0995-2345678", "13800002345", "0994-8765432", "400-123-4567", "0993-3456789转802")
MAILS = ("qian@example.cn", "hp_2020@example.com", "123456789@example.com", "yl.jt-ju@example.gov.cn")
MAILS_2 = ("eia@example.org", "huanping01@example.net")
PLACES = (
    "云岭县南坡乡柳树沟村",
    "东湾市高新区产业大道北侧",
    "青石县东湾镇工业园区内",
    "白塔市北山区石桥街道",
)
ADDRESSES = (
    "青石县东湾镇工业路8号",
    "东湾市高新区创业大厦B座12楼",
    "云岭县南坡乡政府大院",
    "白塔市解放路21号综合楼305室",
)
DRAFT_LINKS = (
    "https://pan.example.com/s/1AbCdEfGh?pwd=x7y8",
    "http://www.example.cn/art/2023/5/8/art_12_345.html",
    "https://www.example.com.cn/file/20230508.pdf",
    "www.example.cn/gs/12.htm",
    "https://pan.example.com/s/1qWeRt_y-Z",
    "******/s/1AbCdEfGhIjK?pwd=q1w2",
    "http://example.cn:8080/eia/show.asp?id=12",
)
FORM_LINKS = (
    "http://www.example.gov.cn/xxgk/201810/t20181024_665329.html",
    "https://pan.example.com/s/1FoRmFoRm",
    "http://www.example.cn/form/3.docx",
    "https://www.example.gov.cn/W020181024369122449069.docx",
)
RANGES = (
    "{y}年{m}月{d}日至{y2}年{m2}月{d2}日",
    "{y}年{m}月{d}日-{y2}年{m2}月{d2}日,共10个工作日",
    "{y}年{m}月{d}日~{y2}年{m2}月{d2}日(10个工作日)",
    "自{y}年{m}月{d}日起至{y2}年{m2}月{d2}日止",
    "{y}.{m}.{d}-{y2}.{m2}.{d2}",
    "{y}-{mm}-{dd}至{y2}-{mm2}-{dd2}",
    "{y}年{m}月{d}日—{y2}年{m2}月{d2}日,共计10个工作日",
    "{y}年{m}月{d}日——{y2}年{m2}月{d2}日",
    "{y}年{mm}月{dd}日至{y2}年{mm2}月{dd2}日(共10个工作日)",
    "从{y}年{m}月{d}日到{y2}年{m2}月{d2}日",
)
NUMBERINGS = (
    "{han}、",
    "{n}、",
    "({han})",
    "({n})",
    "{n}.",
    "{ring}",
    "第{han}条 ",
    "{n})",
    "{han}. ",
    "【{han}】",
    "",
)

# What sites put before and after a notice.
BEFORE = (
    "",
    "",
    "",
    "",
    "首页 > 新闻中心 > 通知公告\n",
    "您当前的位置:网站首页 >> 公示公告 >> 正文\n\n",
    "网站首页 关于我们 产品中心 新闻动态 联系我们 招贤纳士\n",
    "无障碍阅读 | 繁体 | 登录\n",
)
AFTER = (
    "",
    "",
    "",
    "",
    "\n上一篇:关于召开年度总结会的通知\n下一篇:没有了",
    "\n【打印本页】 【关闭窗口】",
    "\n扫一扫在手机打开当前页",
    "\n版权所有 云岭县融媒体中心 ICP备00000000号",
    "\n分享到:微信 微博\n相关链接",
    "\n|",
)

# Words of which each page uses one (those in KEPT throughout, others freely).
KEPT = frozenset({"b", "e", "report", "act"})
WORDS: dict[str, tuple[str, ...]] = {
    # the proponent and the consultant as units
    "b": ("建设单位", "建设单位", "建设单位", "项目单位", "业主单位", "建设方"),
    "e": (
        "环评单位",
        "评价单位",
        "编制单位",
        "环评机构",
        "环境影响评价单位",
        "环评编制单位",
        "评价机构",
        "环境影响评价机构",
    ),
    "b_label": ("@b@", "@b@名称", "@b@", "单位名称"),
    "e_label": ("@e@", "@e@名称", "机构名称", "单位名称"),
    "person_label": (
        "联系人",
        "联系人",
        "联 系 人",
        "联络人",
        "联系人员",
        "项目联系人",
        "收件人",
        "联系人姓名",
    ),
    "phone_label": (
        "联系电话",
        "电话",
        "电 话",
        "联系方式",
        "手机",
        "Tel",
        "联系电话(手机)",
        "办公电话",
        "咨询电话",
    ),
    "mail_label": ("邮箱", "电子邮箱", "E-mail", "电子邮件", "联系邮箱", "Email", "邮 箱"),
    "address_label": ("地址", "通讯地址", "联系地址", "通信地址", "单位地址", "邮寄地址", "地 址"),
    "act": (
        "《环境影响评价公众参与办法》(生态环境部令第4号)",
        "《中华人民共和国环境影响评价法》、《环境影响评价公众参与办法》(部令第4号)等有关规定",
        "《环境影响评价公众参与办法》",
        "国家环保法律法规及《环境影响评价公众参与办法》的要求",
    ),
    "report": ("环境影响报告书", "环境影响报告书", "环境影响评价报告书"),
    "near": (
        "环境影响评价范围内",
        "本项目评价范围内",
        "项目所在地及周边",
        "受本项目建设影响",
        "项目周边5km范围内",
        "厂界外2.5公里范围内",
        "以厂址为中心、边长5km的矩形区域内",
        "线路中心线两侧各200米范围内",
    ),
    "people": (
        "公民、法人和其他组织",
        "居民、村民及企事业单位",
        "公众",
        "单位和个人",
        "村庄居民、学校、医院等",
        "社会公众和团体",
        "公民、法人或者其他组织的代表",
        "群众、机关团体和企业职工",
    ),
    "ways": (
        "«=how_to_comment|letter,fax,email»信函、传真、电子邮件",
        "«=how_to_comment|phone,email»电话、电子邮件",
        "«=how_to_comment|letter,email»信函或电子邮件",
        "«=how_to_comment|phone,fax,letter,email»电话、传真、信函、电子邮件",
        "«=how_to_comment|email,letter,phone»邮件、信件或者电话",
        "«=how_to_comment|letter,email,visit»邮寄、电子邮件或当面提交",
        "«=how_to_comment|phone,letter,visit»打电话、写信或者面谈",
    ),
    "title": (
        "@name@环境影响评价公众参与第二次公示",
        "@name@环境影响评价第二次信息公示",
        "关于@name@环境影响报告书(征求意见稿)的公示",
        "@name@环境影响报告书征求意见稿公示",
        "@name@环境影响评价征求意见稿公示",
        "@name@环评第二次公示",
        "@name@\n环境影响评价公众参与第二次信息公告",
        "@name@环境影响评价公众参与公告(第二次)",
        "《@name@环境影响报告书》征求意见稿公众参与信息公开",
        "关于《@name@环境影响报告书》(征求意见稿)公开征求意见的公告",
        "@name@环境影响评价二次公示",
    ),
    "name": ("«project_name|@n@»",),
    "lead": (
        "根据@act@,现将本项目环境影响报告书征求意见稿有关信息公示如下,征求公众意见:",
        "我单位委托«consultant|@c@»编制的《«project_name|@n@»@report@》(征求意见稿)已完成,根据@act@,现公开下列信息:",
        "«proponent|@p@»委托«consultant|@c@»承担“«project_name|@n@»”的环境影响评价工作,目前报告书征求意见稿已编制完成。按照@act@,现公示如下:",
        "受«proponent|@p@»委托,«consultant|@c@»承担了«project_name|@n@»环境影响评价工作。依据@act@,现进行第二次公示。",
        "«consultant|@c@»受«proponent|@p@»的委托,正在开展@n@的环境影响评价,现报告书征求意见稿已形成,依据@act@向公众征求意见。",
        "《«project_name|@n@»@report@(征求意见稿)》已编制完成,按@act@,现予以公示,接受社会监督。",
        "为充分听取公众意见,按照@act@的规定,现将«project_name|@n@»环境影响报告书征求意见稿全文公开,期限内欢迎提出意见。",
    ),
    "unit_fields": (
        "@b_label@:«proponent|@p@»\n@address_label@:@address@\n@person_label@:«contact_name|@person@»\n@phone_label@:«contact_phone|@phone@»",
        "@b@:«proponent|@p@»\n@person_label@:«contact_name|@person@» @phone_label@:«contact_phone|@phone@»\n@mail_label@:«contact_email|@mail@»",
        "@b@:«proponent|@p@»;@person_label@:«contact_name|@person@»;@phone_label@:«contact_phone|@phone@»;@mail_label@:«contact_email|@mail@»",
        "(1)@b@:«proponent|@p@»\n(2)@address_label@:@address@\n(3)联系人:«contact_name|@person@»\n(4)@phone_label@:«contact_phone|@phone@»",
        "@b@名称\t«proponent|@p@»\n联系人\t«contact_name|@person@»\n联系电话\t«contact_phone|@phone@»\n电子邮箱\t«contact_email|@mail@»",
        "@b@:\n«proponent|@p@»\n联系人:\n«contact_name|@person@»\n联系电话:\n«contact_phone|@phone@»",
        "@b@:«proponent|@p@»\n联系人及电话:«contact_name|@person@» «contact_phone|@phone@»\n@address_label@:@address@",
        "| @b@ | «proponent|@p@» |\n| 联系人 | «contact_name|@person@» |\n| 联系电话 | «contact_phone|@phone@» |",
        "@b@:«proponent|@p@»,联系人:«contact_name|@person@»,电话:«contact_phone|@phone@»,邮箱:«contact_email|@mail@»。",
        "@b@名称:«proponent|@p@»\n联系方式:«contact_name|@person@» «contact_phone|@phone@»",
        "@b@(«proponent|@p@»)\n联系人:«contact_name|@person@»(«contact_phone|@phone@»)",
    ),
    "eia_fields": (
        "@e_label@:«consultant|@c@»\n@person_label@:@person2@\n@phone_label@:«consultant_contact_phone|@phone2@»",
        "@e@:«consultant|@c@»\n联系人:@person2@ 联系电话:«consultant_contact_phone|@phone2@»\n邮箱:@mail2@",
        "@e@:«consultant|@c@»;联系人:@person2@;电话:«consultant_contact_phone|@phone2@»",
        "@e@:\n«consultant|@c@»\n联系人:\n@person2@\n联系电话:\n«consultant_contact_phone|@phone2@»",
        "| @e@ | «consultant|@c@» |\n| 联系人 | @person2@ |\n| 联系电话 | «consultant_contact_phone|@phone2@» |",
        "@e@名称:«consultant|@c@»\n联系方式:@person2@ «consultant_contact_phone|@phone2@»",
    ),
    "project_fields": (
        "项目名称:«project_name|@n@»\n建设地点:«location|@place@»\n建设性质:«nature|新建»\n投资:总投资«=investment_wan_yuan|3500»3500万元",
        "(1)项目名称:«project_name|@n@»;\n(2)建设地点:«location|@place@»;\n(3)建设性质:«nature|扩建»。",
        "工程名称:«project_name|@n@»\n工程地点:«location|@place@»\n工程内容:新建厂房2座及配套公用工程。",
        "项目名称\t«project_name|@n@»\n建设地点\t«location|@place@»\n建设性质\t«nature|改建»",
        "项目名称:\n«project_name|@n@»\n项目位置:\n«location|@place@»",
        "建设项目名称:«project_name|@n@»\n项目概况:项目位于«location|@place@»,占地120亩,总投资«=investment_wan_yuan|21000»2.1亿元。",
        "项目名称:«project_name|@n@» 建设单位:«proponent|@p@» 建设地点:«location|@place@» 建设性质:«nature|新建»",
    ),
}

_DRAFT_HEADINGS = (
    "环境影响报告书征求意见稿全文的网络链接及查阅纸质报告书的方式和途径",
    "征求意见稿全文网络链接及纸质报告书查阅方式和途径",
    "环境影响报告书(征求意见稿)查阅方式",
    "环境影响报告书征求意见稿全文链接及纸质报告书查阅途径",
    "公众查阅环境影响报告书征求意见稿的方式和途径",
    "报告书征求意见稿全文及查阅纸质报告书的方式",
    "环评报告征求意见稿的获取方式",
    "环境影响报告书全文的网络连接及查阅纸质报告的途径",
)
_DRAFT_BODIES = (
    "(1)网络链接:«draft_report_url|@draft@»\n(2)纸质报告书:公众可到«paper_copy_place|@p@办公室»查阅。",
    "链接:«draft_report_url|@draft@» 提取码:ab12\n纸质报告书存放于«paper_copy_place|@address@»,供公众查阅。",
    "征求意见稿全文的网络链接为:«draft_report_url|@draft@»,纸质报告书可前往«paper_copy_place|@p@»查阅。",
    "1、征求意见稿全文见«draft_report_url|附件1»。\n2、查阅纸质报告书:«paper_copy_place|@address@»",
    "全文«draft_report_url|见附件»;需查阅纸质报告书的公众«paper_copy_place|请联系建设单位»。",
    "电子版下载地址:«draft_report_url|@draft@»(提取码:8888)。\n查阅地点:«paper_copy_place|@address@»;查阅时间:工作日上午9:00-11:30。",
    "①网络公示:«draft_report_url|@draft@»;\n②纸质报告书查阅:«paper_copy_place|@p@会议室»。",
    "公众可登录以下网址查看:\n«draft_report_url|@draft@»\n纸质版请到«paper_copy_place|@p@»查阅。",
    "征求意见稿全文«draft_report_url|详见附件»。",
    "报告书征求意见稿网络链接:«draft_report_url|@draft@»。\n如需查阅纸质报告书,可«paper_copy_place|向建设单位或环评单位索取»。",
    "环境影响报告书征求意见稿全文详见«draft_report_url|附件1»,纸质报告书可至«paper_copy_place|@address@»查阅。",
)
_SCOPE_HEADINGS = (
    "征求意见的公众范围",
    "征求公众意见的范围",
    "公众意见征求范围",
    "征求意见的公众范围",
    "征求意见的范围",
    "征求意见的对象",
    "公众参与范围",
    "征求意见的公众范围及主要事项",
)
_SCOPE_BODIES = (
    "«public_scope|@near@的@people@»。",
    "征求意见的公众范围为«public_scope|@near@的@people@»。",
    "主要为«public_scope|@near@的@people@»。",
    "本次征求意见的公众范围包括«public_scope|@near@的@people@»,也欢迎范围以外的公众提出意见。",
    "公众范围:«public_scope|@near@的@people@»。",
    "本次公示征求«public_scope|@near@的@people@»的意见和建议。",
    "«public_scope|@near@的@people@»,同时鼓励评价范围之外的公民、法人和其他组织提出宝贵意见。",
    "本项目征求意见的对象主要是«public_scope|@near@的@people@»。征地拆迁、财产、就业等诉求不属于公众参与内容。",
    "«public_scope|柳树沟村、上河村、石桥社区等受影响的村(居)民和单位»",
    "征求对象:«public_scope|@near@的@people@»",
    "向«public_scope|@near@的@people@»征求与本项目环境影响有关的意见。",
)
_FORM_HEADINGS = (
    "公众意见表的网络链接",
    "公众意见表网络链接",
    "公众意见表",
    "公众意见表的获取方式",
    "公众意见表下载链接",
    "公众意见表的链接",
    "建设项目环境影响评价公众意见表",
)
_FORM_BODIES = (
    "«opinion_form_url|@form@»",
    "链接:«opinion_form_url|@form@» 提取码:cd34",
    "公众意见表下载网址:«opinion_form_url|@form@»。",
    "公众意见表的网络链接为:«opinion_form_url|@form@»,公众可自行下载填写。",
    "见«opinion_form_url|附件2»。",
    "公众意见表详见«opinion_form_url|附件2»。",
    "«opinion_form_url|见附件»。",
    "请点击«opinion_form_url|@form@»下载。",
    "公众可通过以下链接下载公众意见表:\n«opinion_form_url|@form@»",
    "«opinion_form_url|附件2»:建设项目环境影响评价公众意见表",
    "«opinion_form_url|公众意见表见附件»。",
    "«opinion_form_url|同征求意见稿链接»。",
)
_FIRST_FORM_BODIES = tuple(body for body in _FORM_BODIES if "同征求" not in body)
_WAYS_HEADINGS = (
    "公众提出意见的方式和途径",
    "提交公众意见表的方式和途径",
    "公众提出意见的主要方式",
    "公众提交意见的方式及途径",
    "意见反馈方式",
    "公众意见反馈途径",
    "公众提出意见的方式",
)
_WAYS_BODIES = (
    "公众可通过@ways@等方式,在规定时间内将填写的公众意见表提交建设单位。\n@unit_fields@",
    "可以@ways@向建设单位提出意见,提交时请提供有效的联系方式。\n@unit_fields@\n@eia_fields@",
    "公众可以采用@ways@的方式发表意见。联系方式如下:\n@unit_fields@",
    "填写公众意见表后以@ways@等形式反馈。\n1、建设单位\n@unit_fields@\n2、环评单位\n@eia_fields@",
    "@ways@。",
)
_WINDOW_HEADINGS = (
    "公众提出意见的起止时间",
    "征求意见的起止时间",
    "公众提出意见起止时间",
    "公示时间",
    "公示期限",
    "意见征求期限",
    "征求公众意见的期限",
    "公众提出意见的截止时间",
)
_WINDOW_BODIES = (
    "@window@。",
    "@window@",
    "公示时间:@window@。",
    "起止时间:@window@",
    "«window_text|自本公示发布之日起10个工作日»«=window_working_days|10»。",
    "«window_text|公示之日起十个工作日内»«=window_working_days|10»。",
    "«window_text|自信息公开之日起10个工作日内»«=window_working_days|10»,以邮戳日期为准。",
    "«window_text|本信息发布之日起10个工作日内»«=window_working_days|10»。",
)
_SIGNATURES = (
    "«=proponent|@p@»@p@\n@day@«=publication_date|@iso@»",
    "特此公告。\n«=proponent|@p@»@p@\n@day@«=publication_date|@iso@»",
    "",
    "«=proponent|@p@»@p@ @day@«=publication_date|@iso@»",
    "«draft_report_url|附件1:@n@环境影响报告书(征求意见稿).pdf»\n«opinion_form_url|附件2:公众意见表.docx»\n«=proponent|@p@»@p@\n@day@«=publication_date|@iso@»",
)


def _section(headings: tuple[str, ...], bodies: tuple[str, ...], share: float) -> dict[str, Any]:
    return {"headings": headings, "bodies": bodies, "share": share}


_UNITS = _section(
    ("建设单位名称及联系方式", "建设单位和环评单位联系方式", "联系方式", "建设单位的名称和联系方式"),
    ("@unit_fields@", "@unit_fields@\n@eia_fields@"),
    0.35,
)
_FIRST_UNITS = _section(
    (
        "建设单位名称和联系方式",
        "建设项目的建设单位的名称和联系方式",
        "建设单位及联系方式",
        "项目建设单位名称和联系方式",
    ),
    ("@unit_fields@",),
    1,
)
_FIRST_EIA = _section(
    (
        "环境影响报告书编制单位名称和联系方式",
        "承担评价工作的环境影响评价机构的名称和联系方式",
        "环境影响报告书编制单位的名称",
        "环评单位及联系方式",
    ),
    ("@eia_fields@",),
    0.95,
)
_PROJECT = _section(
    ("建设项目概况", "项目概况", "建设项目名称及概要", "建设项目基本情况", "工程概况"),
    ("@project_fields@",),
    0.55,
)

KINDS: dict[str, dict[str, Any]] = {
    "second_round": {
        "opening": (
            "@title@\n@lead@",
            "@title@\n@lead@",
            "@title@\n发布时间:@iso@ 来源:本站 浏览次数:12\n«=publication_date|@iso@»@lead@",
            "@lead@\n项目名称:«project_name|@n@»",
        ),
        "sections": (
            _PROJECT,
            _section(_DRAFT_HEADINGS, _DRAFT_BODIES, 0.97),
            _section(_SCOPE_HEADINGS, _SCOPE_BODIES, 0.97),
            _section(_FORM_HEADINGS, _FORM_BODIES, 0.92),
            _section(_WAYS_HEADINGS, _WAYS_BODIES, 0.97),
            _section(_WINDOW_HEADINGS, _WINDOW_BODIES, 0.95),
            _UNITS,
        ),
        "closing": _SIGNATURES,
        "shuffled": 0.3,
    },
    "first_round": {
        "opening": (
            "@name@环境影响评价第一次公示\n根据@act@,现将有关信息公示如下:",
            "@name@环境影响评价首次信息公开\n根据@act@,公开下列信息:",
            "@name@环境影响评价公众参与首次公示\n现委托«consultant|@c@»承担本项目环评,按照@act@公示:",
            "关于@name@环境影响评价第一次信息公告\n按@act@,公告如下:",
        ),
        "sections": (
            _section(
                ("建设项目名称及概要", "建设项目的名称、选址选线、建设内容等基本情况", "项目基本情况"),
                ("@project_fields@",),
                1,
            ),
            _FIRST_UNITS,
            _FIRST_EIA,
            _section(_FORM_HEADINGS, _FIRST_FORM_BODIES, 0.9),
            _section(
                ("提交公众意见表的方式和途径", "公众提交意见的方式和途径"),
                ("公众可通过@ways@等方式将公众意见表提交建设单位。", "以@ways@向上述联系人反馈。"),
                1,
            ),
        ),
        "closing": _SIGNATURES[:-1],
        "shuffled": 0,
    },
    "pre_approval": {
        "opening": (
            "@name@环境影响评价报批前公示\n«proponent|@p@»已完成环境影响报告书编制,根据@act@,现公开拟报批的环境影响报告书全文和公众参与说明。",
            "@name@环境影响报告书报批前公示\n根据@act@,向生态环境主管部门报批前公开报告书全文和公众参与说明。",
        ),
        "sections": (
            _section(
                ("拟报批的环境影响报告书全文", "环境影响报告书全文网络链接"),
                ("链接:«draft_report_url|@draft@»", "«draft_report_url|见附件»"),
                1,
            ),
            _section(
                ("公众参与说明", "公众参与说明网络链接"),
                ("链接:http://www.example.cn/statement/9.html", "见附件2"),
                1,
            ),
            _section(("建设单位联系方式",), ("@unit_fields@",), 0.8),
        ),
        "closing": _SIGNATURES[:-1],
        "shuffled": 0,
    },
}
